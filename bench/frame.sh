# Sourced by text.sh and commands.sh: plays sections, each in a namespace of its own that is made and deleted outside its time, and prints
# `section seconds` for each. The sourcing script defines a function for every section.
#   LOG=FILE    where the commands' output goes; by default it is shown only after a failure
scratch=$(mktemp -d)
log=${LOG:-$scratch/log}
namespace=

# The learner's kubeconfig, behind one with a context of our own: nothing is copied, nothing of theirs is written.
aside() {
  local context
  context=$(kubectl config view --minify -o 'jsonpath={.contexts[0].context.cluster} {.contexts[0].context.user}')
  printf '{apiVersion: v1, kind: Config, current-context: text, contexts: [{name: text, context: {cluster: "%s", user: "%s", namespace: "%s"}}]}\n' \
    "${context% *}" "${context#* }" "$1" > "$scratch/kubeconfig"
}

clean() {
  [ -z "$namespace" ] || kubectl delete namespace "$namespace" --ignore-not-found > /dev/null
  namespace=
}
trap 'clean; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

play() {
  local start end failed=0
  namespace=text-$1-$$
  aside "$namespace"
  kubectl create namespace "$namespace" > /dev/null
  until kubectl get serviceaccount default > /dev/null 2>&1; do sleep 0.1; done
  start=${EPOCHREALTIME/[.,]/}
  set +e
  (set -ex; "$1") >> "$log" 2>&1
  failed=$?
  set -e
  end=${EPOCHREALTIME/[.,]/}
  if [ $failed != 0 ]; then tail -n 20 "$log" >&2; echo "$1 failed" >&2; exit 1; fi
  clean
  printf '%s %s.%s\n' "$1" $(((end - start) / 1000000)) $(((end - start) / 100000 % 10))
}

play_sections() {
  for section; do
    case $section in secrets | sidecar | storage | statefulset) ;; *) echo "there is no section $section" >&2; exit 2 ;; esac
  done
  [ $# -gt 0 ] || set -- secrets sidecar storage statefulset
  for section; do play "$section"; done
}

original=${KUBECONFIG:-$HOME/.kube/config}
aside default
export KUBECONFIG=$scratch/kubeconfig:$original KUBERC=off
