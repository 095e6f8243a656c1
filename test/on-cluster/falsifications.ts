import type { LessonName } from '../../scripts/contents.ts'
import type { Interference } from './support/wrapper.ts'

/** How one row of a lesson is made false. */
export interface Falsification {
  readonly rules: readonly Interference[]
  /** What the failed claim then says that it saw. */
  readonly observed: RegExp
  /** Rows that cannot hold then, either. */
  readonly alsoFails?: readonly string[]
}

/** One play of a lesson, with lies that do not disturb each other: what none of them names is still proven. */
export interface Falsified {
  readonly args?: readonly string[]
  readonly rows: Readonly<Record<string, Falsification>>
}

/** A snippet for kubectl's wrapper that prints nothing where the command's own output belongs. `kubectl` is the real one. */
const quietly = (...lines: readonly string[]) =>
  ['exec >&2', 'set -e', 'kubectl() { "$REAL" "$@"; }', ...lines].join('\n')

const before = (when: string, ...lines: readonly string[]): Interference => ({ when, before: quietly(...lines) })
const beforeFirst = (when: string, ...lines: readonly string[]): Interference => ({
  ...before(when, ...lines),
  once: true,
})
const after = (when: string, ...lines: readonly string[]): Interference => ({ when, after: quietly(...lines) })

const greeting = (value: string) => `kubectl patch configmap app-config -p '{"data":{"GREETING":"${value}"}}'`
const password = (value: string) => `kubectl patch secret app-secret -p '{"stringData":{"DB_PASSWORD":"${value}"}}'`
const again = (pod: string, file: string) => [
  `kubectl delete pod ${pod}`,
  `kubectl apply -f ${file}`,
  `kubectl wait --for=condition=Ready pod/${pod} --timeout=60s`,
]
const configTestAgain = again('config-test', 'config-pod.yaml')

/** Ends process 1 of a container, and waits until the Pod has another. */
const restarted = (pod: string, container: string) => [
  `kubectl exec ${pod} -c ${container} -- kill 1 || true`,
  `kubectl wait --for=jsonpath='{.status.containerStatuses[?(@.name=="${container}")].restartCount}'=1 pod/${pod} --timeout=60s`,
  `kubectl wait --for=condition=Ready pod/${pod} --timeout=60s`,
]

const secrets: readonly Falsified[] = [
  {
    rows: {
      S1: {
        rules: [
          beforeFirst('^get configmap app-config -o yaml$', greeting('Hullo from ConfigMap')),
          beforeFirst('^create secret generic ', greeting('Hello from ConfigMap')),
        ],
        observed: /GREETING: Hullo from ConfigMap/,
      },
      S4: {
        rules: [beforeFirst('^logs config-test$', `sed -i "s/|DB_PASSWORD'/'/" config-pod.yaml`, ...configTestAgain)],
        observed: /^(?!.*DB_PASSWORD).*GREETING=Hello from ConfigMap/,
      },
      S6: {
        rules: [
          beforeFirst(
            '^apply -f config-pod-volume.yaml$',
            `kubectl patch configmap app-config -p '{"data":{"UNEXPECTED":"key"}}'`,
          ),
        ],
        observed: /UNEXPECTED/,
      },
      S8: {
        rules: [beforeFirst('^annotate pod config-test-vol ', ...restarted('config-test-vol', 'app'))],
        observed: /1 restarts/,
      },
      S9: {
        rules: [after('^annotate pod config-test-vol ', ...configTestAgain)],
        observed: /GREETING=UPDATED GREETING/,
      },
      S10: {
        rules: [after('^delete pod config-test$', greeting('Hello from ConfigMap'))],
        observed: /GREETING=Hello from ConfigMap/,
      },
      S11: {
        rules: [before('^apply -f configmap.yaml$', 'sed -i s/development/production/ configmap.yaml')],
        observed: /APP_MODE: production/,
      },
      S12: {
        rules: [{ when: '^delete -f config-pod.yaml ', instead: '"$REAL" delete -f config-pod.yaml' }],
        observed: /config-test-vol still there/,
      },
    },
  },
  {
    rows: {
      S2: {
        rules: [
          beforeFirst('^get secret app-secret -o yaml$', password('zarniwoop')),
          beforeFirst('^apply -f config-pod.yaml$', password('zaphodbeeblebrox')),
        ],
        observed: /decodes to zarniwoop/,
      },
      S5: {
        rules: [
          beforeFirst(
            '^exec config-test -- env$',
            password('emFwaG9kYmVlYmxlYnJveA=='),
            ...configTestAgain,
            password('zaphodbeeblebrox'),
          ),
        ],
        observed: /DB_PASSWORD=emFwaG9kYmVlYmxlYnJveA==/,
      },
      S6: {
        rules: [
          beforeFirst(
            '^apply -f config-pod-volume.yaml$',
            String.raw`sed -i 's/^      volumeMounts:/      envFrom: [{ secretRef: { name: app-secret } }]\n&/' config-pod-volume.yaml`,
          ),
        ],
        observed: /DB_PASSWORD=/,
      },
      S7: {
        rules: [after('^patch secret app-secret ', ...configTestAgain)],
        observed: /GREETING=UPDATED GREETING/,
        alsoFails: ['S9'],
      },
      S11: {
        rules: [
          before(
            '^apply -f secret.yaml$',
            `sed -i "s/DB_PASSWORD: [^ ]*/DB_PASSWORD: $(printf swordfish | base64)/" secret.yaml`,
          ),
        ],
        observed: /decodes to swordfish/,
      },
    },
  },
]

const errorLog = '"$REAL" exec sidecar-demo -c sidecar -- cat /var/log/nginx/error.log'

const sidecar: readonly Falsified[] = [
  {
    rows: {
      M1: {
        rules: [
          beforeFirst(
            '^apply -f sidecar-pod.yaml$',
            String.raw`sed -i 's/^  volumes:/    - { name: third, image: "busybox:1.36", command: [sh, -c, "trap exit TERM; tail -f \/dev\/null \& wait"] }\n&/' sidecar-pod.yaml`,
          ),
        ],
        observed: /third is ready/,
      },
      // Their network namespace is the same, whatever is done to the Pod: only what came through it can be another.
      M3: {
        rules: [{ when: '^exec sidecar-demo -c sidecar -- wget ', instead: '"$REAL" "$@"; echo and more' }],
        observed: /DOCTYPE html.* and .*more lines/,
      },
      M6: {
        rules: [before('^apply -f shared-pid-pod.yaml$', 'sed -i /shareProcessNamespace/d shared-pid-pod.yaml')],
        observed: /tail -F/,
      },
      M7: {
        rules: [before('^describe pod sidecar-demo$', ...restarted('sidecar-demo', 'sidecar'))],
        observed: /same Pod.*sidecar: container .*, 1 restart;/,
      },
      M9: {
        rules: [
          before(
            '^apply -f native-sidecar.yaml$',
            `sed -i 's/stopping"; exit 0/stopping"; exit 3/' native-sidecar.yaml`,
          ),
        ],
        observed: /helper ended with exit code 3/,
      },
      M10: {
        rules: [
          {
            when: '^delete -f sidecar-pod.yaml ',
            instead: '"$REAL" delete -f sidecar-pod.yaml -f shared-pid-pod.yaml',
          },
        ],
        observed: /native-sidecar still there/,
      },
    },
  },
  {
    rows: {
      M2: {
        rules: [
          before(
            '^logs sidecar-demo$',
            'kubectl annotate pod sidecar-demo kubectl.kubernetes.io/default-container=sidecar --overwrite',
          ),
        ],
        observed: /^nothing and /,
      },
      M4: {
        rules: [{ when: '^exec sidecar-demo -c sidecar -- cat /var/log/nginx/access.log$', instead: errorLog }],
        observed: /writer: .*GET .*sidecar: .*(notice|warn)/,
      },
      M5: {
        rules: [
          beforeFirst(
            '^exec sidecar-demo -c sidecar -- wget ',
            'kubectl exec sidecar-demo -c writer -- curl -s localhost:8080',
          ),
        ],
        observed: /by curl.*by curl.*by Wget/,
      },
      M8: {
        rules: [
          beforeFirst(
            '^exec sidecar-demo -c writer -- .*kill',
            `kubectl exec sidecar-demo -c writer -- sh -c ': > /var/log/nginx/access.log'`,
          ),
        ],
        observed: /0 of [0-9]+ lines from before are still there/,
      },
      M9: {
        rules: [
          before(
            '^apply -f native-sidecar.yaml$',
            `sed -i -e '/restartPolicy: Always/d' -e 's/tail -f .*/sleep 1/' native-sidecar.yaml`,
          ),
        ],
        observed: /helper was not running when main had ended/,
      },
    },
  },
]

const isDefault = (value: boolean) =>
  `kubectl annotate storageclass standard storageclass.kubernetes.io/is-default-class=${value} --overwrite`
/** Where the claim has a volume, says who made it. */
const madeBy = (provisioner: string) => [
  'volume=$(kubectl get pvc data-pvc --ignore-not-found -o jsonpath={.spec.volumeName})',
  `[ -z "$volume" ] || kubectl annotate pv "$volume" pv.kubernetes.io/provisioned-by=${provisioner} --overwrite`,
]
const sql = (statement: string) => `kubectl exec deploy/postgres -- psql -U postgres -c "${statement}"`

const storage: readonly Falsified[] = [
  {
    rows: {
      P2: {
        rules: [
          after(
            '^apply -f pvc.yaml$',
            'until kubectl get events -o name --field-selector involvedObject.name=data-pvc | grep -q .; do sleep 0.2; done',
            'kubectl apply -f storage-pod.yaml',
            'kubectl wait --for=jsonpath={.status.phase}=Bound pvc/data-pvc --timeout=120s',
          ),
        ],
        observed: /^Bound, volume pvc-/,
      },
      P4: {
        rules: [
          before('^get pv$', ...madeBy('nobody')),
          beforeFirst('^exec storage-test -- /bin/sh ', ...madeBy('rancher.io/local-path')),
        ],
        observed: /made by nobody/,
      },
      P6: {
        rules: [after('INSERT INTO', sql("INSERT INTO test (note) VALUES ('another')"))],
        observed: /2 rows in test/,
      },
      P7: {
        rules: [before('^delete pod -l app=postgres$', sql('DELETE FROM test'))],
        observed: /\(0 rows\)/,
      },
      P8: {
        rules: [
          after('^delete -f postgres.yaml ', 'touch .deleted'),
          before('^get pv$', '[ ! -e .deleted ] || kubectl apply -f pvc.yaml'),
        ],
        observed: /still there: claim data-pvc \(Pending\)/,
      },
    },
  },
  {
    rows: {
      P1: {
        rules: [
          beforeFirst('^get storageclass$', isDefault(false)),
          beforeFirst('^apply -f pvc.yaml$', isDefault(true)),
        ],
        observed: /none of \d+ classes is the default/,
      },
      // A claim that wants no class: what the events say about it is another thing.
      P3: {
        rules: [
          before(
            '^describe pvc data-pvc$',
            'kubectl delete pvc data-pvc',
            `sed 's/^spec:.*/spec:\\n  storageClassName: ""/' pvc.yaml | kubectl apply -f -`,
          ),
          beforeFirst('^apply -f storage-pod.yaml$', 'kubectl delete pvc data-pvc', 'kubectl apply -f pvc.yaml'),
        ],
        observed: /^events on data-pvc: /,
      },
      P5: {
        rules: [before('^delete pod storage-test$', 'kubectl exec storage-test -- rm /data/test.txt')],
        observed: /No such file/,
      },
      P7: {
        rules: [{ when: 'pg_postmaster_start_time', instead: `echo '1|survived a restart'` }],
        observed: /started 0\.0 s after the first/,
      },
    },
  },
]

const page = '/usr/share/nginx/html/index.html'
const write = (pod: string, word: string) => `kubectl exec ${pod} -- sh -c 'echo ${word} > ${page}'`
const gatedPod = `
kubectl create -f - <<'END'
apiVersion: v1
kind: Pod
metadata: { name: web-1, labels: { app: web } }
spec:
  schedulingGates: [{ name: example.com/never }]
  containers: [{ name: nginx, image: "nginxinc/nginx-unprivileged:1.25" }]
END`
const pendingClaim = `
kubectl create -f - <<'END'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: www-web-9, labels: { app: web } }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
END`

const statefulset: readonly Falsified[] = [
  {
    rows: {
      T1: {
        rules: [before('^apply -f statefulset.yaml$', gatedPod, 'kubectl delete pod web-1')],
        observed: /web-1 was made before web-0 was Ready/,
      },
      T3: {
        rules: [
          beforeFirst('^get pvc$', pendingClaim),
          beforeFirst('^exec web-0 -- /bin/sh ', 'kubectl delete pvc www-web-9'),
        ],
        observed: /www-web-9 not bound \(Pending\)/,
      },
      T5: {
        rules: [
          before('^delete pod web-0$', write('web-0', 'xx')),
          beforeFirst('^exec debug -- cat /etc/resolv.conf$', write('web-0', 'aa')),
        ],
        observed: /^xx$/,
      },
      T7: {
        rules: [
          beforeFirst(
            '^exec debug -- cat /etc/resolv.conf$',
            `kubectl patch service web-headless -p '{"spec":{"selector":{"app":"nobody"}}}'`,
            'until [ -z "$(kubectl get endpointslices -l kubernetes.io/service-name=web-headless -o jsonpath={.items[*].endpoints[*].addresses})" ]; do sleep 0.2; done',
            'sleep 1',
          ),
        ],
        observed: /web-0 nowhere .*web-1 nowhere .*web-2 nowhere /,
      },
      T8: {
        rules: [before('^scale statefulset web --replicas=1$', 'kubectl delete pod web-1 --wait=false')],
        observed: /web-1 was told to go before web-2 was gone/,
      },
      T10: {
        rules: [after('^delete -f statefulset.yaml$', 'kubectl delete pvc www-web-2 --wait=false')],
        observed: /www-web-2 is (gone|being deleted)/,
      },
      T11: {
        rules: [{ when: '^delete -f debug-pod.yaml$', instead: ':' }],
        observed: /debug still there/,
      },
    },
  },
  {
    // The claim that is kept is waited for that long.
    args: ['--timeout', '60s'],
    rows: {
      T2: {
        rules: [
          before('^delete pod web-1$', 'kubectl delete statefulset web --cascade=orphan'),
          after('^delete pod web-1$', 'kubectl apply -f statefulset.yaml'),
        ],
        observed: /^made by StatefulSet web, UID /,
      },
      T4: {
        rules: [
          beforeFirst(`^exec web-2 -- cat ${page}$`, write('web-2', 'aa')),
          beforeFirst('^get pods -o wide$', write('web-2', 'cc')),
        ],
        observed: /^aa$/,
      },
      T8: {
        rules: [after('^scale statefulset web --replicas=1$', 'kubectl delete pod web-0 --wait=false')],
        observed: /web-0 was touched/,
      },
      T9: {
        rules: [
          after('^scale statefulset web --replicas=2$', 'touch .grown'),
          before(`^exec web-1 -- cat ${page}$`, `[ ! -e .grown ] || ${write('web-1', 'zz')}`),
        ],
        observed: /^zz$/,
      },
      T11: {
        rules: [{ when: '^delete pvc -l app=web$', instead: '"$REAL" delete pvc www-web-0 www-web-1' }],
        observed: /still there: claim www-web-2/,
      },
    },
  },
]

/** Every row that can fail, in as few plays as will do. */
export const falsifications: Readonly<Record<LessonName, readonly Falsified[]>> = {
  secrets,
  sidecar,
  storage,
  statefulset,
}
