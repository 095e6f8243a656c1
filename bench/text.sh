#!/usr/bin/env bash
# The text's own commands on the text's own manifests, as somebody types them who never pauses to read: what the
# tour's lessons are measured against. Prints `section seconds` for each.
#   bench/text.sh [secrets] [sidecar] [storage] [statefulset]     all four by default
#   PROMPT=1    containers that end at SIGTERM; the text's sit out their 30 s
#   LOG=FILE    where the commands' output goes; by default it is shown only after a failure
# What is not the text's: a namespace of each section's own, made and deleted outside its time, and a wait wherever
# the next command would come too early.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/frame.sh"

secrets() {
  kubectl create configmap app-config --from-literal=GREETING="Hello from ConfigMap" --from-literal=APP_MODE="development"
  kubectl get configmap app-config -o yaml
  kubectl create secret generic app-secret --from-literal=DB_PASSWORD="zaphodbeeblebrox"
  kubectl get secret app-secret -o yaml

  kubectl apply -f manifests/config-pod.yaml
  ready pod/config-test
  kubectl logs config-test
  kubectl apply -f manifests/config-pod-volume.yaml
  ready pod/config-test-vol
  kubectl logs config-test-vol

  kubectl patch configmap app-config -p '{"data":{"GREETING":"UPDATED GREETING"}}'
  kubectl exec config-test -- env | grep GREETING
  kubectl exec config-test-vol -- cat /etc/config/GREETING
  poll greeting_is_new

  kubectl delete -f manifests/config-pod.yaml
  kubectl delete -f manifests/config-pod-volume.yaml
  kubectl delete configmap app-config
  kubectl delete secret app-secret
}
greeting_is_new() { kubectl exec config-test-vol -- cat /etc/config/GREETING | grep -x 'UPDATED GREETING'; }

sidecar() {
  kubectl apply -f manifests/sidecar-pod.yaml
  ready pod/sidecar-demo
  kubectl get pod sidecar-demo
  kubectl logs sidecar-demo
  kubectl logs sidecar-demo -c writer
  kubectl logs sidecar-demo -c sidecar

  kubectl exec -i sidecar-demo -c writer -- /bin/sh <<< 'curl localhost:80'
  kubectl exec -i sidecar-demo -c sidecar -- /bin/sh <<< 'wget -O- localhost:80; ls /var/log/nginx'
  kubectl logs sidecar-demo -c writer
  kubectl logs sidecar-demo -c sidecar
  kubectl exec sidecar-demo -c sidecar -- ps -A

  kubectl exec -i sidecar-demo -c writer -- /bin/sh <<< 'kill 1' || true # it may end with an error of its own
  kubectl get pod sidecar-demo
  poll writer_restarted
  kubectl describe pod sidecar-demo
  kubectl delete -f manifests/sidecar-pod.yaml
}
writer_restarted() {
  kubectl get pod sidecar-demo -o jsonpath='{.status.containerStatuses[?(@.name=="writer")].restartCount}' | grep -x 1
}

storage() {
  local pod
  kubectl get storageclass
  kubectl apply -f manifests/pvc.yaml
  kubectl get pvc
  kubectl get pv
  kubectl describe pvc data-pvc
  kubectl apply -f manifests/storage-pod.yaml
  ready pod/storage-test
  kubectl get pvc
  kubectl get pv

  kubectl exec -i storage-test -- /bin/sh <<< 'echo "Hello there" > /data/test.txt'
  kubectl delete pod storage-test
  kubectl apply -f manifests/storage-pod.yaml
  ready pod/storage-test
  kubectl exec storage-test -- cat /data/test.txt

  kubectl apply -f manifests/postgres.yaml
  ready pod -l app=postgres
  poll postgres_answers # Ready only says that it has started: the text's Deployment has no probe
  pod=$(kubectl get pod -l app=postgres -o name)
  kubectl exec -i "$pod" -- psql -U postgres <<'SQL'
CREATE TABLE test (id serial primary key, note text);
INSERT INTO test (note) VALUES ('survived a restart');
SQL
  kubectl delete pod -l app=postgres
  ready pod -l app=postgres
  poll postgres_answers
  pod=$(kubectl get pod -l app=postgres -o name)
  kubectl exec -i "$pod" -- psql -U postgres <<< 'SELECT * FROM test;' | grep 'survived a restart'

  kubectl delete -f manifests/postgres.yaml
  kubectl delete -f manifests/storage-pod.yaml
  kubectl delete -f manifests/pvc.yaml
  kubectl get pvc
  kubectl get pv
}
postgres_answers() { kubectl exec deployment/postgres -- pg_isready -h 127.0.0.1; }

statefulset() {
  kubectl apply -f manifests/statefulset.yaml
  kubectl get pods
  ready pod/web-0
  ready pod/web-1
  ready pod/web-2
  kubectl get pods
  kubectl delete pod web-1
  ready pod/web-1
  kubectl get pods

  kubectl get pvc
  kubectl exec web-0 -- /bin/sh -c "echo 'aa' > /usr/share/nginx/html/index.html"
  kubectl exec web-1 -- /bin/sh -c "echo 'bb' > /usr/share/nginx/html/index.html"
  kubectl exec web-2 -- /bin/sh -c "echo 'cc' > /usr/share/nginx/html/index.html"
  kubectl exec web-0 -- cat /usr/share/nginx/html/index.html
  kubectl exec web-1 -- cat /usr/share/nginx/html/index.html
  kubectl exec web-2 -- cat /usr/share/nginx/html/index.html
  kubectl delete pod web-0
  ready pod/web-0
  kubectl exec web-0 -- cat /usr/share/nginx/html/index.html

  kubectl get pods -o wide
  kubectl delete pod web-0 # the text's `kubectl kill` does not exist
  ready pod/web-0
  kubectl get pods -o wide
  kubectl run debug --image=busybox --rm -i -- /bin/sh <<LOOKUPS
nslookup web-0.web-headless.$namespace.svc.cluster.local
nslookup web-1.web-headless.$namespace.svc.cluster.local
nslookup web-2.web-headless.$namespace.svc.cluster.local
LOOKUPS

  kubectl scale statefulset web --replicas=1
  kubectl wait --for=delete pod/web-2 pod/web-1 --timeout=120s
  kubectl get pods
  kubectl delete -f manifests/statefulset.yaml
  kubectl delete pvc -l app=web
  kubectl get pvc
}

# ready WHAT...: the Pod is there, and Ready
ready() { poll kubectl get "$@" -o 'jsonpath={..metadata.uid}' && kubectl wait --for=condition=Ready "$@" --timeout=120s; }

# poll COMMAND...: once a second until it succeeds and prints something
poll() {
  local deadline=$((SECONDS + 180))
  until "$@" 2>&1 | grep .; do
    if [ $SECONDS -ge $deadline ]; then echo "gave up on: $*"; return 1; fi
    sleep 1
  done
}

cp -r "$here/text/manifests" "$scratch/manifests"
if [ -n "${PROMPT:-}" ]; then
  sed -i.text -E "s/\"([^\"]*sleep 3600)\"/\"trap 'exit 0' TERM; (\1) \& wait\"/" "$scratch"/manifests/*.yaml
fi
cd "$scratch"
play_sections "$@"
