# What the API server refuses to a controller: the reason is only in its events and conditions.
sets() { # NAME [FIELDS OF THE CONTAINER] [A CLAIM'S SIZE] [MORE MANIFESTS]
  local templates=${3:+"volumeClaimTemplates: [{metadata: {name: www}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: $3}}}}]"}
  make "$1" <<YAML
${4:-}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: 2
  serviceName: web-headless
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: nginx, image: "busybox:1.36", command: [sleep, "3600"]${2:+, $2}}]}
  $templates
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: postgres}
spec:
  replicas: 1
  selector: {matchLabels: {app: postgres}}
  template:
    metadata: {labels: {app: postgres}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: postgres, image: "busybox:1.36", command: [sleep, "3600"]${2:+, $2}}]}
YAML
}
refused='([.events[] | select(.reason == "FailedCreate") | .involvedObject.kind] | unique | length == 2) and ([.sets[] | select(.kind == "ReplicaSet") | .status.conditions[]?] | length > 0)'
quota() { echo "{apiVersion: v1, kind: ResourceQuota, metadata: {name: small}, spec: {hard: {$1}}}"; }
limits='resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 100m, memory: 64Mi}}'

for name in pod-security quota quota-must-specify limit-range admission-policy; do record "$name" "$refused"; done
record quota-claims '[.events[] | select(.reason == "FailedCreate")] | length > 0'
record quota-second '[.events[] | select(.reason == "FailedCreate")] | length > 0'
record sets-ready "($ready) and (.pods | length == 3)"

sets pod-security "" "" '{apiVersion: v1, kind: Namespace, metadata: {name: diag-pod-security, labels: {pod-security.kubernetes.io/enforce: restricted}}}'
sets quota "$limits" "" "$(quota 'pods: "0"')"
sets quota-must-specify "" "" "$(quota 'limits.cpu: "1", limits.memory: 1Gi')"
sets quota-claims "$limits" 1Gi "$(quota 'requests.storage: 10Mi')"
sets quota-second "$limits" "" "$(quota 'pods: "2"')"
sets limit-range "$limits" "" '{apiVersion: v1, kind: LimitRange, metadata: {name: small}, spec: {limits: [{type: Container, max: {cpu: 50m}}]}}'
kubectl apply -f - >/dev/null <<'YAML'
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-latest.example.com}
spec:
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations: [{expression: "false", message: "images must come from registry.example.com"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-latest.example.com}
spec: {policyName: no-latest.example.com, validationActions: [Deny], matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: diag-admission-policy}}}}
YAML
sleep 2 # until the API server has read the policy
sets admission-policy "$limits"
sets sets-ready "$limits" 16Mi
collect
