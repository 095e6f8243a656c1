#!/usr/bin/env bash
# The lessons' own commands, every row, on the lessons' own manifests, with ideal waits and nothing else: no narration, no proof, no diagnosis.
# What the tour adds is measured against this. Prints `section seconds` for each.
#   bench/commands.sh [secrets] [sidecar] [storage] [statefulset]     all four by default
#   LOG=FILE    where the commands' output goes
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/frame.sh"

ready() { kubectl wait --for=condition=Ready "$@" --timeout=120s; }
# A loop inside the container: one exec, however long it takes.
file_is() { kubectl exec "$1" -- sh -c 'until [ "$(cat "$0")" = "$1" ]; do sleep 0.1; done' "$2" "$3"; }

secrets() {
  kubectl create configmap app-config --from-literal=GREETING="Hello from ConfigMap" --from-literal=APP_MODE="development"
  kubectl get configmap app-config -o yaml
  kubectl create secret generic app-secret --from-literal=DB_PASSWORD="zaphodbeeblebrox"
  kubectl get secret app-secret -o yaml
  kubectl apply -f config-pod.yaml
  ready pod/config-test
  kubectl logs config-test
  kubectl exec config-test -- env
  kubectl apply -f config-pod-volume.yaml
  ready pod/config-test-vol
  kubectl logs config-test-vol
  kubectl exec config-test-vol -- ls /etc/config
  kubectl exec config-test-vol -- ls /etc/secret
  kubectl exec config-test-vol -- env
  kubectl patch configmap app-config -p '{"data":{"GREETING":"UPDATED GREETING"}}'
  kubectl patch secret app-secret -p '{"stringData":{"DB_PASSWORD":"slartibartfast"}}'
  kubectl exec config-test -- env | grep GREETING
  kubectl exec config-test-vol -- cat /etc/config/GREETING
  kubectl annotate pod config-test-vol kubectl-tour/look=now --overwrite
  file_is config-test-vol /etc/config/GREETING 'UPDATED GREETING'
  file_is config-test-vol /etc/secret/DB_PASSWORD slartibartfast
  kubectl exec config-test-vol -- cat /etc/config/GREETING
  kubectl exec config-test -- env | grep GREETING
  kubectl delete pod config-test
  kubectl apply -f config-pod.yaml
  ready pod/config-test
  kubectl exec config-test -- env | grep GREETING
  kubectl delete configmap app-config
  kubectl delete secret app-secret
  kubectl apply -f configmap.yaml
  kubectl apply -f secret.yaml
  kubectl get secret app-secret -o yaml
  kubectl delete -f config-pod.yaml -f config-pod-volume.yaml
  kubectl delete configmap app-config
  kubectl delete secret app-secret
}

sidecar() {
  kubectl apply -f sidecar-pod.yaml
  ready pod/sidecar-demo
  kubectl get pod sidecar-demo
  kubectl logs sidecar-demo
  kubectl logs sidecar-demo -c writer
  kubectl logs sidecar-demo -c sidecar
  kubectl exec sidecar-demo -c writer -- curl -s localhost:8080
  kubectl exec sidecar-demo -c sidecar -- wget -qO- localhost:8080
  kubectl exec sidecar-demo -c sidecar -- ls /var/log/nginx
  kubectl exec sidecar-demo -c sidecar -- sh -c 'until grep -q Wget /var/log/nginx/access.log; do sleep 0.1; done'
  kubectl logs sidecar-demo -c writer
  kubectl logs sidecar-demo -c sidecar
  kubectl apply -f shared-pid-pod.yaml
  kubectl exec sidecar-demo -c sidecar -- ps -A
  ready pod/sidecar-shared-pid
  kubectl exec sidecar-shared-pid -c sidecar -- ps -A
  kubectl exec sidecar-demo -c writer -- /bin/sh -c 'kill 1' || true
  kubectl get pod sidecar-demo
  kubectl wait --for=jsonpath='{.status.containerStatuses[?(@.name=="writer")].restartCount}'=1 pod/sidecar-demo --timeout=60s
  ready pod/sidecar-demo
  kubectl describe pod sidecar-demo
  kubectl exec sidecar-demo -c writer -- cat /var/log/nginx/access.log
  kubectl delete pod sidecar-demo
  kubectl apply -f sidecar-pod.yaml
  ready pod/sidecar-demo
  kubectl exec sidecar-demo -c writer -- wc -l /var/log/nginx/access.log
  kubectl apply -f native-sidecar.yaml
  kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/native-sidecar --timeout=60s
  kubectl logs native-sidecar --all-containers --timestamps
  kubectl delete -f sidecar-pod.yaml -f shared-pid-pod.yaml -f native-sidecar.yaml --ignore-not-found
}

storage() {
  kubectl get storageclass
  kubectl apply -f pvc.yaml
  kubectl get pvc
  kubectl get pv
  kubectl describe pvc data-pvc
  kubectl apply -f storage-pod.yaml
  ready pod/storage-test
  kubectl get pvc
  kubectl get pv
  kubectl exec storage-test -- /bin/sh -c 'echo "Hello there" > /data/test.txt'
  kubectl delete pod storage-test
  kubectl apply -f storage-pod.yaml
  ready pod/storage-test
  kubectl exec storage-test -- cat /data/test.txt
  kubectl apply -f postgres.yaml
  kubectl rollout status deployment/postgres --timeout=120s
  kubectl wait --for=condition=ready pod -l app=postgres --timeout=60s
  local pod
  pod=$(kubectl get pod -l app=postgres -o jsonpath='{.items[0].metadata.name}')
  kubectl exec "$pod" -- psql -U postgres -c 'CREATE TABLE test (id serial primary key, note text)'
  kubectl exec "$pod" -- psql -U postgres -c "INSERT INTO test (note) VALUES ('survived a restart')"
  kubectl delete pod -l app=postgres
  kubectl wait --for=condition=ready pod -l app=postgres --timeout=60s
  pod=$(kubectl get pod -l app=postgres -o jsonpath='{.items[0].metadata.name}')
  kubectl exec "$pod" -- psql -U postgres -c 'SELECT * FROM test'
  kubectl delete -f postgres.yaml -f storage-pod.yaml -f pvc.yaml
  volumes_gone
  kubectl get pvc
  kubectl get pv
}

statefulset() {
  kubectl apply -f statefulset.yaml
  kubectl get pods
  kubectl apply -f debug-pod.yaml
  kubectl rollout status statefulset/web --timeout=120s
  kubectl get pods
  kubectl delete pod web-1
  kubectl wait --for=create pod/web-1 --timeout=60s
  ready pod/web-1
  kubectl get pods
  kubectl get pvc
  for each in '0 aa' '1 bb' '2 cc'; do
    kubectl exec "web-${each% *}" -- /bin/sh -c "echo '${each#* }' > /usr/share/nginx/html/index.html"
  done
  for ordinal in 0 1 2; do kubectl exec "web-$ordinal" -- cat /usr/share/nginx/html/index.html; done
  kubectl get pods -o wide
  kubectl delete pod web-0
  kubectl wait --for=create pod/web-0 --timeout=60s
  ready pod/web-0
  kubectl exec web-0 -- cat /usr/share/nginx/html/index.html
  kubectl get pods -o wide
  ready pod/debug
  kubectl exec debug -- cat /etc/resolv.conf
  for ordinal in 0 1 2; do kubectl exec debug -- nslookup "web-$ordinal.web-headless.$namespace.svc.cluster.local"; done
  kubectl scale statefulset web --replicas=1
  kubectl get pods
  kubectl wait --for=delete pod/web-1 pod/web-2 --timeout=60s
  kubectl get pods
  kubectl get pvc
  kubectl scale statefulset web --replicas=2
  kubectl rollout status statefulset/web --timeout=60s
  ready pod/web-1
  kubectl exec web-1 -- cat /usr/share/nginx/html/index.html
  kubectl delete -f statefulset.yaml
  kubectl wait --for=delete pod/web-0 pod/web-1 --timeout=60s
  sleep 2 # the row says that the claims are still there 2 s later
  kubectl get pvc
  kubectl delete pvc -l app=web
  kubectl delete -f debug-pod.yaml
  volumes_gone
  kubectl get pvc
}

volumes_gone() {
  local names
  names=$(kubectl get pv -o jsonpath="{range .items[?(@.spec.claimRef.namespace==\"$namespace\")]}{.metadata.name} {end}")
  for name in $names; do kubectl wait --for=delete "pv/$name" --timeout=60s; done
}

cp "$here"/../manifests/*/*.yaml "$scratch/"
cd "$scratch"
play_sections "$@"
