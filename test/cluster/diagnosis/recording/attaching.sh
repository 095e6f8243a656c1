# Volumes that are attached to nodes, with two nodes and a driver that exist in the API only: the attach controller is real.
for name in diag-here diag-there; do
  kubectl apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Node
metadata: {name: $name, annotations: {volumes.kubernetes.io/controller-managed-attach-detach: "true"}}
spec: {unschedulable: true}
---
apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: $name}
spec: {drivers: [{name: disk.example.com, nodeID: $name, topologyKeys: []}]}
YAML
done
kubectl apply -f - >/dev/null <<'YAML'
{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: disk.example.com}, spec: {attachRequired: true}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: diag-disk}, spec: {capacity: {storage: 16Mi}, accessModes: [ReadWriteOnce], storageClassName: diag-disk, persistentVolumeReclaimPolicy: Retain,
  csi: {driver: disk.example.com, volumeHandle: disk-1}}}
YAML
on() { # NODE: a Pod there
  echo "{apiVersion: v1, kind: Pod, metadata: {name: $1}, spec: {nodeName: diag-$1, terminationGracePeriodSeconds: 1, volumes: [{name: data, persistentVolumeClaim: {claimName: data-pvc}}],
    containers: [{name: main, image: 'busybox:1.36', volumeMounts: [{name: data, mountPath: /data}]}]}}"
}
make attach <<YAML
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-pvc}, spec: {accessModes: [ReadWriteOnce], storageClassName: diag-disk, volumeName: diag-disk, resources: {requests: {storage: 16Mi}}}}
---
$(on here)
YAML
attachment=
until attachment=$(kubectl get volumeattachments -o name) && [ -n "$attachment" ]; do sleep 0.5; done
attached() { kubectl patch "$attachment" --subresource=status --type=merge -p "{\"status\": $1}" >/dev/null; }
attached '{"attached": false, "attachError": {"time": "2026-01-01T00:00:00Z", "message": "rpc error: code = NotFound desc = disk disk-1 does not exist"}}'
record attach "$(said FailedAttachVolume)" attach-failed
collect
attached '{"attached": true, "attachError": null}'
record attach "$(said SuccessfulAttachVolume)" attach-recovered
collect
kubectl apply --namespace diag-attach -f - >/dev/null <<<"$(on there)"
record attach '.events | any(.message | startswith("Multi-Attach"))' multi-attach
collect
kubectl delete --namespace diag-attach pods --all --force --grace-period=0 >/dev/null 2>&1
kubectl delete --namespace diag-attach persistentvolumeclaim data-pvc --wait=false >/dev/null
kubectl delete node diag-here diag-there >/dev/null
kubectl patch "$attachment" --type=merge -p '{"metadata":{"finalizers":null}}' >/dev/null 2>&1 || true
kubectl delete "$attachment" --ignore-not-found --wait=false >/dev/null
kubectl delete persistentvolume diag-disk --wait=false >/dev/null
kubectl delete csidriver disk.example.com >/dev/null
kubectl delete csinode diag-here diag-there --ignore-not-found >/dev/null
