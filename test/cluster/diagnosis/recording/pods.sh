# One Pod each: what the kubelet refuses, cannot pull, cannot mount, cannot start or cannot keep running.
inside=(nsenter --target "$(pgrep -P "$(cat "$TOUR_CLUSTER_DIR/node.pid")")") # no function: $! would be its shell, and outlived by node
route() { # HOST SCHEME: containerd finds this registry there
  mkdir -p "$TOUR_CLUSTER_DIR/registries/$1"
  printf 'server = "%s"\n[host."%s"]\n' "$2://$1" "$2://$1" > "$TOUR_CLUSTER_DIR/registries/$1/hosts.toml"
}

openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=untrusted.example -addext subjectAltName=DNS:untrusted.example -days 3650 \
  -keyout "$TOUR_CLUSTER_DIR/untrusted.key" -out "$TOUR_CLUSTER_DIR/untrusted.crt" 2>/dev/null
"${inside[@]}" --net node "$here/recording/registries.js" "$TOUR_CLUSTER_DIR"/untrusted.{key,crt} &
registries=$!
trap 'kill "$registries"' EXIT
echo nameserver 127.0.0.2 > "$TOUR_CLUSTER_DIR/resolv.dns"
"${inside[@]}" --mount mount --bind "$TOUR_CLUSTER_DIR/resolv.dns" /etc/resolv.conf
hosts=(limited locked denied forbidden broken foreign empty)
for host in "${hosts[@]}"; do
  route "$host.example" http
  grep -q " $host.example" "$TOUR_CLUSTER_DIR/hosts" || echo "127.0.0.2 $host.example" >> "$TOUR_CLUSTER_DIR/hosts"
done
for host in untrusted plain closed; do grep -q " $host.example" "$TOUR_CLUSTER_DIR/hosts" || echo "127.0.0.2 $host.example" >> "$TOUR_CLUSTER_DIR/hosts"; done
route untrusted.example https
route plain.example:80 https
route closed.example:5999 http
route nosuch.example https

pod() { # NAME IMAGE [FIELDS OF THE CONTAINER] [FIELDS OF THE SPEC]
  make "$1" <<YAML
apiVersion: v1
kind: Pod
metadata: {name: demo, labels: {app: demo}}
spec: {${4:+$4, }terminationGracePeriodSeconds: 1, containers: [{name: main, image: "$2"${3:+, $3}}]}
YAML
}
sleeper='command: [sh, -c, "trap \"exit 0\" TERM; sleep 3600 & wait"]'

record crash-loop '[.pods[].status.containerStatuses[]?.restartCount] | any(. == 1)' crash-second
for host in "${hosts[@]}" untrusted nosuch plain closed; do
  record "pull-$host" "($(waiting ErrImagePull)) and ($(said Failed))"
  record "pull-$host" "($(waiting ImagePullBackOff)) and ($(said BackOff))" "pull-$host-backoff"
done
record pull-not-found "($(waiting ErrImagePull)) and ($(said Failed))"
record pull-not-found "($(waiting ImagePullBackOff)) and ($(said BackOff))" pull-not-found-backoff
record invalid-image-name "$(waiting InvalidImageName)"
record image-never-pull "$(waiting ErrImageNeverPull)"
for name in root-refused missing-key missing-configmap missing-secret; do record "$name" "$(waiting CreateContainerConfigError)"; done
for name in mount-missing mount-missing-secret mount-missing-key mount-host-path; do record "$name" "$(said FailedMount)"; done
for name in failed deadline-exceeded; do record "$name" '.pods[0].status.phase == "Failed"'; done
record succeeded '.pods[0].status.phase == "Succeeded"'
record no-command '.pods[0].status.containerStatuses[0] | .state.terminated.reason == "StartError" or .state.waiting.reason == "RunContainerError"'
record no-command "$(waiting CrashLoopBackOff)" no-command-backoff
record no-sandbox "$(said FailedCreatePodSandBox)"
for name in readiness-fails startup-fails; do record "$name" "$(said Unhealthy)"; done
record init-runs '.pods[0].status.initContainerStatuses[0].state.running != null'
record ready "$ready"
for name in crash-loop crash-zero out-of-memory; do record "$name" "($(waiting CrashLoopBackOff)) and .pods[0].status.containerStatuses[0].restartCount == 2"; done
record init-crashes "($(waiting CrashLoopBackOff)) and .pods[0].status.initContainerStatuses[0].restartCount == 2"
collect & # while they are made: an ErrImagePull stays for some seconds only
collecting=$!
names=() filters=() fixtures=()
for host in "${hosts[@]}" untrusted nosuch; do pod "pull-$host" "$host.example/nginx:1.25"; done
pod pull-plain plain.example:80/nginx:1.25
pod pull-closed closed.example:5999/nginx:1.25
pod pull-not-found nginx:nosuch
pod invalid-image-name nginx:1.25:nosuch
pod image-never-pull nginx:nosuch 'imagePullPolicy: Never'
pod root-refused busybox:1.36 "$sleeper, securityContext: {runAsNonRoot: true}"
pod missing-key busybox:1.36 "$sleeper, env: [{name: A, valueFrom: {configMapKeyRef: {name: kube-root-ca.crt, key: nosuch}}}]"
pod missing-configmap busybox:1.36 "$sleeper, env: [{name: A, valueFrom: {configMapKeyRef: {name: app-config, key: GREETING}}}]"
pod missing-secret busybox:1.36 "$sleeper, env: [{name: A, valueFrom: {secretKeyRef: {name: app-secret, key: DB_PASSWORD}}}]"
pod mount-missing busybox:1.36 "$sleeper, volumeMounts: [{name: config, mountPath: /etc/config}]" 'volumes: [{name: config, configMap: {name: app-config}}]'
pod mount-missing-secret busybox:1.36 "$sleeper, volumeMounts: [{name: secret, mountPath: /etc/secret}]" 'volumes: [{name: secret, secret: {secretName: app-secret}}]'
pod mount-missing-key busybox:1.36 "$sleeper, volumeMounts: [{name: config, mountPath: /etc/config}]" 'volumes: [{name: config, configMap: {name: kube-root-ca.crt, items: [{key: nosuch, path: nosuch}]}}]'
pod mount-host-path busybox:1.36 "$sleeper, volumeMounts: [{name: host, mountPath: /host}]" 'volumes: [{name: host, hostPath: {path: /nosuch, type: Directory}}]'
pod failed busybox:1.36 'command: [sh, -c, "exit 3"]' 'restartPolicy: Never'
pod deadline-exceeded busybox:1.36 "$sleeper" 'restartPolicy: Never, activeDeadlineSeconds: 2'
pod succeeded busybox:1.36 'command: ["true"]' 'restartPolicy: Never'
pod crash-loop busybox:1.36 'command: [sh, -c, "echo no; exit 1"]'
pod crash-zero busybox:1.36 'command: ["true"]'
pod no-command busybox:1.36 'command: [nosuch]'
pod out-of-memory busybox:1.36 'command: [tail, /dev/zero], resources: {limits: {memory: 20Mi}}'
kubectl apply -f - >/dev/null <<YAML
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: nosuch}, handler: nosuch}
YAML
pod no-sandbox busybox:1.36 "$sleeper" 'runtimeClassName: nosuch'
pod readiness-fails busybox:1.36 "$sleeper, readinessProbe: {exec: {command: ['false']}, periodSeconds: 1}"
pod startup-fails busybox:1.36 "$sleeper, startupProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 300}"
pod init-runs busybox:1.36 "$sleeper" 'initContainers: [{name: prepare, image: "busybox:1.36", command: [sleep, "60"]}]'
pod init-crashes busybox:1.36 "$sleeper" 'initContainers: [{name: prepare, image: "busybox:1.36", command: ["false"]}]'
pod ready busybox:1.36 "$sleeper, readinessProbe: {exec: {command: ['true']}, periodSeconds: 1}"
pod terminating busybox:1.36 'command: [sleep, "3600"]'
kubectl patch --namespace diag-terminating pod demo -p '{"metadata":{"finalizers":["example.com/held"]}}' >/dev/null
kubectl delete --namespace diag-terminating pod demo --wait=false >/dev/null
record terminating '.pods[0].metadata.deletionTimestamp != null'
collect
kubectl patch --namespace diag-terminating pod demo -p '{"metadata":{"finalizers":null}}' >/dev/null
wait "$collecting"
