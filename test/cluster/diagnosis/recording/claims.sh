# Claims: waiting as they should, waiting in vain, and a Pod whose times can be told.
claim() { # NAME [FIELDS OF THE SPEC] [A POD TOO]
  make "$1" <<YAML
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-pvc}
spec: {${2:+$2, }resources: {requests: {storage: 16Mi}}}
---
${3:-}
YAML
}
once='accessModes: [ReadWriteOnce]'
consumer='{apiVersion: v1, kind: Pod, metadata: {name: storage-test}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: "busybox:1.36", imagePullPolicy: Always,
  command: [sh, -c, "trap \"exit 0\" TERM; sleep 3600 & wait"], volumeMounts: [{name: data, mountPath: /data}]}], volumes: [{name: data, persistentVolumeClaim: {claimName: data-pvc}}]}}'
kubectl apply -f - >/dev/null <<'YAML'
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: nobody-now}, provisioner: example.com/nobody, volumeBindingMode: Immediate}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: nobody-later}, provisioner: example.com/nobody, volumeBindingMode: WaitForFirstConsumer}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: by-hand}, provisioner: kubernetes.io/no-provisioner, volumeBindingMode: WaitForFirstConsumer}
YAML

record claim-waits "$(said WaitForFirstConsumer)"
record claim-class-missing "($(said ProvisioningFailed)) and ($(said FailedScheduling))"
record claim-provisioning-failed "$(said ProvisioningFailed)"
record claim-nobody-now "($(said ExternalProvisioning)) and ($(said FailedScheduling))"
record claim-nobody-later "$(said ExternalProvisioning)"
record claim-by-hand "$(said FailedScheduling)"
record claim-empty-class "$(said FailedBinding)"
record storage-provisioning "($(said Provisioning)) and .claims[0].status.phase == \"Pending\""
record storage-provisioning "($ready) and .claims[0].status.phase == \"Bound\"" storage-ready
claim claim-waits "$once"
claim claim-class-missing "$once, storageClassName: nosuch" "$consumer"
claim claim-provisioning-failed 'accessModes: [ReadWriteMany]' "$consumer"
claim claim-nobody-now "$once, storageClassName: nobody-now" "$consumer"
claim claim-nobody-later "$once, storageClassName: nobody-later" "$consumer"
claim claim-by-hand "$once, storageClassName: by-hand" "$consumer"
claim claim-empty-class "$once, storageClassName: ''" "$consumer"
{ sleep 8; claim storage-provisioning "$once" "$consumer"; } & # by itself, for its times
collect

kubectl delete --namespace diag-storage-provisioning pod storage-test >/dev/null
kubectl apply --namespace diag-storage-provisioning -f - >/dev/null <<<"$consumer"
record storage-provisioning "$ready" storage-ready-again
collect
kubectl delete --namespace diag-storage-provisioning persistentvolumeclaim data-pvc --wait=false >/dev/null
record storage-provisioning '.claims[0].metadata.deletionTimestamp != null' claim-terminating
collect

kubectl annotate storageclass standard storageclass.kubernetes.io/is-default-class- >/dev/null
record claim-no-default-class "($(said FailedBinding)) and ($(said FailedScheduling))"
record claim-default-class-came "$(said FailedBinding)" claim-alone-no-default-class
claim claim-no-default-class "$once" "$consumer"
claim claim-default-class-came "$once"
collect
kubectl annotate storageclass standard storageclass.kubernetes.io/is-default-class=true >/dev/null
record claim-default-class-came "$(said WaitForFirstConsumer)" # a Pod that waits for it may be looked at only after minutes
collect
