import { lesson } from './stage/lesson.ts'
import type { Output } from './stage/shell.ts'

export default lesson(async (stage) => {
  const { $, step, cleanUp, say, apply, claim, told, notHere, until, pause } = stage
  const { pod, volumeClaim, checks, facts } = stage
  const { all, printed, ready, gone, anotherPod, absent, startedInOrder, stoppedInOrder, sameOwner, goneFor } = checks
  const { headless, domain, namesLeadHome, ownVolumes, keptClaims, sameVolume, released } = checks
  const { maySee, storageClass } = facts
  const says = (page: Output, name: string, word: string) =>
    printed(page, `${name} says ${word}`, (text) => text === `${word}\n`)
  const mayBeGone = { mayFail: 'the page is not there' }
  const mayLackIPv6 = { mayFail: 'it also asks for an IPv6 address, and there may be none' }

  await step('Pods that are somebody', async () => {
    await say`
      The Pods of a Deployment are cattle, as the saying goes, not pets. Their names
      are random, each is as good as the next, and when one dies another takes its
      place. For a web server that keeps nothing, that is all you want.

      A database cluster wants more. One replica is the primary and takes the
      writes, the others copy from it, and each keeps its data on a disk of its own.
      There it matters who is who: the copies must find the primary again after it
      has restarted, and a replica that comes back must get its own disk and not
      its neighbour's. A replica needs an identity that outlives its Pods.

      A StatefulSet gives it one: a name, a disk and a place in a row.`
    await pause()

    await say`
      statefulset.yaml makes two objects. The first is a Service with clusterIP:
      None, which is called headless. An ordinary Service is one address in front of
      all its Pods, and whoever calls it gets any of them. That is no way to reach
      the primary. A headless Service has no address to share. It gives names
      instead, one for each Pod.

      The second is the StatefulSet, with three replicas of nginx. The Pods of a
      Deployment all name the same claim, and share it. Here, under
      volumeClaimTemplates, stands the pattern of a claim, and each Pod gets one
      that is made from it.`
    await apply('statefulset.yaml')
    await until(ready('web-0'))
    await $`kubectl get pods`
    await say`
      Only now that web-0 is Ready is there a web-1, and there will be no web-2
      before web-1 is Ready. A database starts like this: first the one that has the
      data, then the ones that copy it.

      Each Pod waits for its disk to be made. That leaves time for a Pod beside the
      set, called debug, from which we shall look up names later. (kubectl run would
      make one in a single line. The file adds what a strict namespace asks for.)`
    await apply('debug-pod.yaml')
    await until(ready('web-1'))
    await until(ready('web-2'))
    await $`kubectl get pods`
    await claim(
      'T1',
      'the Pods came one at a time, in order, under names known beforehand',
      all(startedInOrder('web-0', 'web-1', 'web-2'), headless('web-headless')),
    )
    await pause()
  })

  await step('The name comes back', async () => {
    await say`
      A Deployment that loses a Pod makes another, under another name. What does a
      StatefulSet do? Take away the one in the middle.`
    const before = pod('web-1')
    await $`kubectl delete pod web-1`
    await $`kubectl get pods`
    await until(ready('web-1', before))
    await claim(
      'T2',
      'web-1 came back under its own name, and it is a new Pod',
      all(anotherPod(before), sameOwner(before)),
    )
    await say`
      There is no web-3. The set does not count Pods, it fills places: whoever is
      missing is made again, with the same name.`
    await pause()
  })

  await step('A disk for each', async () => {
    await say`
      The name is also how a Pod finds its disk. These are the claims that the set
      made from its pattern:`
    await $`kubectl get pvc`
    const T3 = 'there is a claim for each Pod, named for it, and a volume behind each'
    if (maySee.volumes) await claim('T3', T3, ownVolumes('app=web', 'www', 'web-0', 'web-1', 'web-2'))
    else await notHere('T3', T3, 'you may not see volumes')
    await say`
      www is the name of the pattern, and the rest is the Pod's. Now each Pod
      writes a word of its own to the page that its nginx serves, all three under
      the same path. (So far there is no page. The image brings one, but the volume
      is mounted over it, and a new volume is empty.)`
    await $`kubectl exec web-0 -- /bin/sh -c "echo 'aa' > /usr/share/nginx/html/index.html"`
    await $`kubectl exec web-1 -- /bin/sh -c "echo 'bb' > /usr/share/nginx/html/index.html"`
    await $`kubectl exec web-2 -- /bin/sh -c "echo 'cc' > /usr/share/nginx/html/index.html"`
    await say`
      On one disk for all, only the last word would be left. Read them back:`
    const first = await $`kubectl exec web-0 -- cat /usr/share/nginx/html/index.html`
    const second = await $`kubectl exec web-1 -- cat /usr/share/nginx/html/index.html`
    const third = await $`kubectl exec web-2 -- cat /usr/share/nginx/html/index.html`
    await claim(
      'T4',
      'each Pod has storage of its own',
      all(says(first, 'web-0', 'aa'), says(second, 'web-1', 'bb'), says(third, 'web-2', 'cc')),
    )
    await pause()
  })

  const disks = ['www-web-0', 'www-web-1', 'www-web-2'].map((name) => volumeClaim(name))

  await step('What stays and what does not', async () => {
    await say`
      A Pod that is made again has its name again. What else? Here is web-0 with its
      address. Delete it, wait for the new one, and look at its page and its address
      once more.`
    const [before, disk] = [pod('web-0'), volumeClaim('www-web-0')]
    await $`kubectl get pods -o wide`
    await $`kubectl delete pod web-0`
    await until(ready('web-0', before))
    const page = await $(mayBeGone)`kubectl exec web-0 -- cat /usr/share/nginx/html/index.html`
    await $`kubectl get pods -o wide`
    await claim(
      'T5',
      'the new web-0 has the data of the old one',
      all(says(page, 'web-0', 'aa'), anotherPod(before), sameVolume(disk, pod('web-0'))),
    )
    const [old, now] = [before.status?.podIP, pod('web-0').status?.podIP]
    const T6 =
      old === now
        ? 'the name is the same, and so is the address, by chance'
        : 'the name is the same, the address is not'
    await told('T6', T6, `web-0 was ${old} and is ${now}`)
    await say`
      The claim did not go with the Pod. The new web-0 asked for www-web-0, as any
      web-0 does, and found everything where it was. The address belongs to the Pod,
      and a new Pod gets whichever is free.`
    await pause()
  })

  await step('Where to find them', async () => {
    await say`
      So an address is nothing to write down. A name is. Under the headless Service
      each Pod has one in DNS: its own name, the Service's, and then the domain of
      the namespace. How that ends differs between clusters. Every Pod is told, in a
      file:`
    const resolvConf = await $`kubectl exec debug -- cat /etc/resolv.conf`
    const here = await domain(resolvConf)
    await say`
      The first word after search is this namespace. Put Pod and Service before it,
      and ask from the debug Pod, as any program in the cluster would.`
    await $(mayLackIPv6)`kubectl exec debug -- nslookup ${`web-0.web-headless.${here}`}`
    await $(mayLackIPv6)`kubectl exec debug -- nslookup ${`web-1.web-headless.${here}`}`
    await $(mayLackIPv6)`kubectl exec debug -- nslookup ${`web-2.web-headless.${here}`}`
    await claim(
      'T7',
      'each name leads to the address that its Pod has now, and to its page',
      namesLeadHome('debug', 'web-headless', here, { 'web-0': 'aa', 'web-1': 'bb', 'web-2': 'cc' }),
    )
    await say`
      web-0's name leads to its new address: the old one is forgotten. A name enters
      DNS when its Pod is Ready, and may need some seconds to get about, as DNS
      servers remember what they said last.

      Within the namespace web-0.web-headless is enough. The search line adds the
      rest. This is what the copies in a database cluster would be given as the
      address of their primary.`
    await pause()
  })

  await step('The highest number goes first', async () => {
    await say`
      Now the set shrinks to one. Which two have to go? Not the youngest: web-0 and
      web-1 were both made again, so web-2 is by now the oldest of the three.`
    const [web0, web1, web2] = [pod('web-0'), pod('web-1'), pod('web-2')]
    await $`kubectl scale statefulset web --replicas=1`
    await $`kubectl get pods`
    await until(gone('web-2'))
    await until(gone('web-1'))
    await $`kubectl get pods`
    await claim(
      'T8',
      'the highest number went first, whatever its age, and one at a time',
      stoppedInOrder([web2, web1], [web0]),
    )
    await say`
      The set starts from the bottom, stops from the top, and goes by number alone.
      So the higher the number, the more dispensable the replica should be, and a
      database keeps its primary in web-0: first to come and last to go.

      And the disks of those that went?`
    await $`kubectl get pvc`
    await say`
      All three are there. A set that shrinks throws no data away. Make room for
      web-1 again:`
    await $`kubectl scale statefulset web --replicas=2`
    await until(ready('web-1', web1))
    const page = await $(mayBeGone)`kubectl exec web-1 -- cat /usr/share/nginx/html/index.html`
    await claim(
      'T9',
      'the claims were kept, and the data came back with the name',
      all(says(page, 'web-1', 'bb'), anotherPod(web1), keptClaims(...disks)),
    )
    await pause()
  })

  await step('What a StatefulSet leaves behind', async () => {
    await say`
      Last, delete both objects of the file. The Pods go with their set. What about
      the claims? Look a moment after the last Pod is gone.`
    await $`kubectl delete -f statefulset.yaml`
    const lastGone = goneFor(2, 'web-0', 'web-1', 'web-2')
    await until(lastGone)
    await $`kubectl get pvc`
    await claim('T10', 'the claims outlive the set', all(lastGone, keptClaims(...disks)))
    await say`
      This is meant. A set is made again in a minute, its data is not, so data goes
      only when somebody says so. It would not go with a Deployment either. But
      there you wrote the claim yourself, often into the same file, and deleting the
      file deletes both. These three stand in no file. (A set may be told to take
      its claims along: persistentVolumeClaimRetentionPolicy.)`
    await pause()
  })

  const T11 = 'the claims are gone, and so are their volumes'

  await cleanUp('The claims, by their label', 'T11', T11, async () => {
    await say`
      So say it. Every claim bears the label by which the set picks its Pods, and
      one command finds them all. The debug Pod has done its work, too.`
    await $`kubectl delete pvc -l app=web`
    await $`kubectl delete -f debug-pod.yaml`
    await $`kubectl get pvc`
    const retained = storageClass?.reclaim === 'Retain'
    if (!maySee.volumes) await notHere('T11', T11, 'you may not see volumes')
    else if (retained) await notHere('T11', T11, `class ${storageClass.name} keeps its volumes (Retain)`)
    else {
      await until(released(...disks))
      await claim('T11', T11, all(absent('v1', 'Pod', 'debug', 'web-0', 'web-1', 'web-2'), released(...disks)))
    }
  })
})
