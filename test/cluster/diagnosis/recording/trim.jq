# From `kubectl get --all-namespaces -o json` of several kinds to a Scene: what diagnosis reads, and what a reader of the fixture needs.
def named: .metadata |= (with_entries(select(.key | IN("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp",
    "deletionGracePeriodSeconds", "generation", "labels", "ownerReferences", "finalizers"))));
def container: del(.terminationMessagePath, .terminationMessagePolicy, .volumeMounts);
def status: del(.volumeMounts, .imageID, .resources, .allocatedResources);
def pod: named
  | .spec |= (with_entries(select(.key | IN("containers", "initContainers", "volumes", "nodeName", "nodeSelector", "restartPolicy", "readinessGates")))
    | .containers |= map(container)
    | if .initContainers then .initContainers |= map(container) else . end
    | .volumes |= map(select(.name | startswith("kube-api-access") | not)))
  | .status |= (with_entries(select(.key | IN("phase", "reason", "message", "conditions", "containerStatuses", "initContainerStatuses", "startTime")))
    | if .containerStatuses then .containerStatuses |= map(status) else . end
    | if .initContainerStatuses then .initContainerStatuses |= map(status) else . end
    | if .conditions then .conditions |= map(del(.lastProbeTime)) else . end);
def set: named | .spec |= (del(.template.spec.dnsPolicy, .template.spec.schedulerName, .template.spec.securityContext, .template.metadata.creationTimestamp)
  | .template.spec.containers |= map(container));
def event: .metadata |= {name, namespace, creationTimestamp};
def mine: .items[] | select(.metadata.namespace == $namespace);
def kind(k): [mine | select(.kind == k)];
{ $recorded,
  pods: (kind("Pod") | map(pod)),
  claims: (kind("PersistentVolumeClaim") | map(named)),
  sets: ([mine | select(.kind | IN("StatefulSet", "Deployment", "ReplicaSet"))] | map(set)),
  events: (kind("Event") | map(event)) }
