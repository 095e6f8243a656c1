#!/bin/bash
# Makes every situation that diagnosis knows on a real cluster, and records each as fixtures/NAME.json.
#   record.sh          on a cluster of its own (it cordons the node and breaks registries), taken down afterwards
#   record.sh --keep   leaves that cluster running; a second run starts from what is there
#   record.sh PART...  only these parts: pods controllers claims scheduling attaching recoveries
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cluster=${TOUR_CLUSTER:-$here/../../../../shared/cluster}
export TOUR_CLUSTER_DIR=${TOUR_CLUSTER_DIR:-/var/tmp/tour-cluster-diag} TOUR_CLUSTER_PORT=${TOUR_CLUSTER_PORT:-16543}
keep=; if [ "${1:-}" = --keep ]; then keep=1; shift; fi
parts=${*:-pods controllers claims scheduling attaching recoveries}
eval "$("$cluster/up" --export)"
export PATH=$TOUR_CLUSTER_DIR/bin:$PATH
node=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')
recorded=$(kubectl get node "$node" -o json | jq -c '.status.nodeInfo | {kubelet: .kubeletVersion, runtime: .containerRuntimeVersion}')

make() { # NAME: a namespace for it, with the manifest on stdin
  kubectl create namespace "diag-$1" >/dev/null
  until kubectl get serviceaccount default --namespace "diag-$1" >/dev/null 2>&1; do sleep 0.1; done
  kubectl apply --namespace "diag-$1" -f - >/dev/null
}
names=() fixtures=() filters=()
record() { # NAME FILTER [FIXTURE]: as soon as jq's FILTER holds for it; seen to by collect
  names+=("$1") filters+=("$2") fixtures+=("${3:-$1}")
}
collect() { # looks at all that is to be recorded until it is, for three minutes at most
  local everything seen i end=$((SECONDS + 180))
  while [ ${#names[@]} -gt 0 ]; do
    everything=$(kubectl get pods,persistentvolumeclaims,statefulsets,deployments,replicasets,events --all-namespaces -o json)
    for i in "${!names[@]}"; do
      seen=$(jq --argjson recorded "$recorded" --arg namespace "diag-${names[i]}" --from-file "$here/recording/trim.jq" <<<"$everything")
      if jq -e "${filters[i]}" >/dev/null <<<"$seen"; then
        echo "$seen" > "$here/fixtures/${fixtures[i]}.json"; echo "recorded ${fixtures[i]}"
        unset "names[i]" "filters[i]" "fixtures[i]"
      fi
    done
    if [ $SECONDS -gt $end ]; then echo "never seen: ${fixtures[*]}" >&2; names=() fixtures=() filters=(); return 1; fi
  done
}
waiting() { echo "[.pods[].status | (.containerStatuses + .initContainerStatuses)[]? | .state.waiting.reason] | any(. == \"$1\")"; }
ready='[.pods[] | any(.status.conditions[]?; .type == "Ready" and .status == "True")] | length > 0 and all'
said() { echo "[.events[] | select(.reason == \"$1\")] | length > 0"; }

clean() { # of an earlier run that was stopped, too
  local held
  for held in pods persistentvolumeclaims; do
    kubectl get "$held" --all-namespaces -o json | jq -r '.items[] | select(.metadata.finalizers[]? == "example.com/held") | "\(.metadata.namespace) \(.metadata.name)"' |
      while read -r namespace name; do kubectl patch "$held" "$name" --namespace "$namespace" -p '{"metadata":{"finalizers":null}}' >/dev/null; done
  done
  kubectl get namespaces -o name | { grep /diag- || true; } | xargs --no-run-if-empty kubectl delete >/dev/null
}

clean
for part in $parts; do
  echo "== $part"
  source "$here/recording/$part.sh"
done

clean
if [ -z "$keep" ]; then "$cluster/down"; fi
