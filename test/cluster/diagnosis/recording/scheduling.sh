# Why the scheduler finds no node; the last ones cordon and taint the only one.
unplaced() { # NAME [FIELDS OF THE SPEC] [FIELDS OF THE CONTAINER] [MORE MANIFESTS]
  record "$1" "$(said FailedScheduling)"
  make "$1" <<YAML
${4:-}
---
apiVersion: v1
kind: Pod
metadata: {name: demo, labels: {app: demo}}
spec: {${2:+$2, }terminationGracePeriodSeconds: 1, containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "trap \"exit 0\" TERM; sleep 3600 & wait"]${3:+, $3}}]}
YAML
}
data='volumes: [{name: data, persistentVolumeClaim: {claimName: data-pvc}}]'
elsewhere='{apiVersion: v1, kind: PersistentVolume, metadata: {name: diag-elsewhere}, spec: {capacity: {storage: 16Mi}, accessModes: [ReadWriteOnce], storageClassName: by-hand, local: {path: /tmp},
  claimRef: {namespace: diag-volume-elsewhere, name: data-pvc}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [elsewhere]}]}]}}}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-pvc}, spec: {accessModes: [ReadWriteOnce], storageClassName: by-hand, volumeName: diag-elsewhere, resources: {requests: {storage: 16Mi}}}}'
deleted='{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-pvc, finalizers: [example.com/held]}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 16Mi}}}}'
two='nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: nosuch, operator: Exists}]}]}}'

kubectl delete persistentvolume diag-elsewhere --ignore-not-found >/dev/null
unplaced no-cpu '' 'resources: {requests: {cpu: "1000", memory: 1000Gi}}'
unplaced no-node-selected 'nodeSelector: {disktype: ssd}'
unplaced no-node-affine "affinity: {$two}"
unplaced claim-missing "$data"
unplaced volume-elsewhere "$data" '' "$elsewhere"
unplaced host-port '' 'ports: [{containerPort: 80, hostPort: 8080}]' '{apiVersion: v1, kind: Pod, metadata: {name: first}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: "busybox:1.36", command: [sleep, "600"], ports: [{containerPort: 80, hostPort: 8080}]}]}}'
unplaced gated 'schedulingGates: [{name: example.com/wait}]'; unset "names[-1]" "filters[-1]" "fixtures[-1]"
record gated '.pods[0].status.conditions | any(.reason == "SchedulingGated")'
collect

make claim-deleted <<<"$deleted"
kubectl delete --namespace diag-claim-deleted persistentvolumeclaim data-pvc --wait=false >/dev/null
record claim-deleted "$(said FailedScheduling)"
kubectl apply --namespace diag-claim-deleted -f - >/dev/null <<<"{apiVersion: v1, kind: Pod, metadata: {name: demo}, spec: {$data, containers: [{name: main, image: 'busybox:1.36'}]}}"
collect
kubectl patch --namespace diag-claim-deleted persistentvolumeclaim data-pvc -p '{"metadata":{"finalizers":null}}' >/dev/null

kubectl cordon "$node" >/dev/null
unplaced cordoned
collect
kubectl uncordon "$node" >/dev/null
record cordoned "$ready" cordoned-recovered
collect

kubectl taint node "$node" example.com/special=yes:NoSchedule >/dev/null
unplaced tainted
collect
kubectl taint node "$node" example.com/special- >/dev/null
