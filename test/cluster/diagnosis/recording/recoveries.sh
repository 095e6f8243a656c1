# What stood in the way and no longer does: nothing may be said of it any more.
mkdir -p "$TOUR_CLUSTER_DIR/registries/recovers.example"
printf 'server = "http://127.0.0.1:5999"\n[host."http://127.0.0.1:5999"]\n' > "$TOUR_CLUSTER_DIR/registries/recovers.example/hosts.toml" # nobody listens there
make pull-recovered <<'YAML'
{apiVersion: v1, kind: Pod, metadata: {name: demo}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: "recovers.example/library/busybox:1.36", imagePullPolicy: Always, command: [sh, -c, "trap 'exit 0' TERM; sleep 3600 & wait"]}]}}
YAML
make mount-recovered <<'YAML'
{apiVersion: v1, kind: Pod, metadata: {name: demo}, spec: {terminationGracePeriodSeconds: 1, volumes: [{name: config, configMap: {name: app-config}}], containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "trap 'exit 0' TERM; sleep 3600 & wait"], volumeMounts: [{name: config, mountPath: /etc/config}]}]}}
YAML
make quota-recovered <<'YAML'
{apiVersion: v1, kind: ResourceQuota, metadata: {name: small}, spec: {hard: {pods: "0"}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: 1
  serviceName: web-headless
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: nginx, image: "busybox:1.36", command: [sh, -c, "trap 'exit 0' TERM; sleep 3600 & wait"]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: postgres}
spec:
  selector: {matchLabels: {app: postgres}}
  template:
    metadata: {labels: {app: postgres}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: postgres, image: "busybox:1.36", command: [sh, -c, "trap 'exit 0' TERM; sleep 3600 & wait"]}]}
YAML
make crash-recovered <<'YAML'
{apiVersion: v1, kind: Pod, metadata: {name: demo}, spec: {terminationGracePeriodSeconds: 1, volumes: [{name: data, emptyDir: {}}], containers: [{name: main, image: "busybox:1.36", volumeMounts: [{name: data, mountPath: /data}],
  command: [sh, -c, "echo >> /data/starts; [ $(wc -l < /data/starts) -gt 3 ] || exit 1; trap 'exit 0' TERM; sleep 3600 & wait"]}]}}
YAML
record pull-recovered "$(said BackOff)" pull-recovering
record mount-recovered "$(said FailedMount)" mount-recovering
record quota-recovered '[.events[] | select(.reason == "FailedCreate") | .involvedObject.kind] | unique | length == 2' quota-recovering
collect
cp "$TOUR_CLUSTER_DIR/registries/_default/hosts.toml" "$TOUR_CLUSTER_DIR/registries/recovers.example/hosts.toml"
kubectl create configmap app-config --namespace diag-mount-recovered >/dev/null
kubectl delete resourcequota small --namespace diag-quota-recovered >/dev/null
record pull-recovered "$ready"
record mount-recovered "$ready"
record quota-recovered "($ready) and (.pods | length == 2)"
record crash-recovered "($ready) and .pods[0].status.containerStatuses[0].restartCount == 3"
collect
rm -r "$TOUR_CLUSTER_DIR/registries/recovers.example"
