import { lesson } from './stage/lesson.ts'
import type { Check } from './stage/checks/check.ts'

export default lesson(async (stage) => {
  const { $, step, cleanUp, say, apply, claim, notHere, until, pause, pod, podLabelled, volumeClaim, checks } = stage
  const { storageClass, maySee } = stage.facts
  const { all, printed, ready, anotherPod, readyLabelled, replaced, defaultClass, answered, released } = checks
  const { waitsForPod, boundAtOnce, saysItWaits, boundToItsOwn, sameVolume } = checks
  const server = checks.postgres()

  const unseenClasses = maySee.classes ? '' : 'you may not list storage classes'
  const unseenVolumes = maySee.volumes ? '' : 'you may not list volumes'
  const unseenEvents = stage.journal.seesEvents ? '' : 'you may not see events'
  const claimUnless = (obstacle: string, id: string, said: string, check: Check) =>
    obstacle === '' ? claim(id, said, check) : notHere(id, said, obstacle)

  await step('What is needed, and where it is', async () => {
    await say`
      What a container writes is gone when the container is. An emptyDir lasts
      longer, as long as its Pod: good enough for scratch space, and no place for
      a database. Pods come and go. Data that has to stay cannot belong to one.

      So Kubernetes keeps two objects apart. A PersistentVolumeClaim (PVC) says
      what is needed: one gibibyte, say, for a single node to write to. A
      PersistentVolume (PV) says where there is such a thing: a disk in a cloud, a
      share on a file server, a folder on a node. Kubernetes finds a volume for
      each claim and binds the two together. Your manifests only ever name claims.
      That is why the same manifest fits a laptop and a data centre.

      Volumes come about in two ways. An administrator may make them beforehand,
      one by one. More often nobody does: a StorageClass names a program, its
      provisioner, which makes a volume when a claim asks for one. A claim that
      names no class gets the default one.`
    if (maySee.classes) await $`kubectl get storageclass`
    const named =
      storageClass?.isDefault === false ? `the claims name class ${storageClass.name}, and need no default` : ''
    await claimUnless(
      unseenClasses || named,
      'P1',
      'there is a default class, and it says when it binds',
      defaultClass(),
    )
    await pause()
  })

  await step('Asking for storage', async () => {
    await say`
      Here is a claim for one gibibyte. Its access mode, ReadWriteOnce, asks for a
      volume that one node at a time may use. One node, mind, and not one Pod: two
      Pods on the same node can both write to it.

      Look at the claims, and at the volumes. Volumes belong to the whole cluster
      and not to a namespace, so you may see other people's too. The column CLAIM
      says whose each one is.`
    await apply('pvc.yaml')
    await until(answered('data-pvc'))
    await $`kubectl get pvc`
    if (maySee.volumes) await $`kubectl get pv`
    const atOnce =
      storageClass === undefined
        ? volumeClaim('data-pvc').status?.phase === 'Bound'
        : storageClass.binding === 'Immediate'
    if (atOnce)
      await claimUnless(unseenClasses, 'P2', 'the claim is Bound, although no Pod uses it yet', boundAtOnce('data-pvc'))
    else
      await claimUnless(
        unseenClasses || unseenEvents,
        'P2',
        maySee.volumes
          ? 'the claim is Pending, and no volume has been made for it'
          : 'the claim is Pending, and names no volume',
        waitsForPod('data-pvc'),
      )
    await pause()

    const P3 = 'the events say that the claim waits for its first consumer'
    if (atOnce) {
      await say`
        This class binds at once: its mode is Immediate. That suits storage that
        every node can reach. The events tell how the volume came about.`
      await $`kubectl describe pvc data-pvc`
      await notHere('P3', P3, 'its class does not wait (Immediate)')
      await say`
        Many classes wait instead, until a Pod wants the claim. A disk can often be
        reached from some nodes only. Made too early, it may lie where the Pod
        cannot run. That mode is called WaitForFirstConsumer.`
    } else {
      await say`
        Pending can mean trouble. It can also mean that all is well, and describe
        tells which. Read it from the end: the events are what the cluster had to
        say about this object.`
      await $`kubectl describe pvc data-pvc`
      await claimUnless(unseenEvents, 'P3', P3, saysItWaits('data-pvc'))
      await say`
        Its first consumer will be a Pod, and there is none yet. The wait has a
        reason. A disk can often be reached from some nodes only: those of one zone,
        or, if it is a folder, the one node that has it. Made now, it might lie where
        the Pod cannot run. So the class waits until the scheduler has found a node
        for the Pod, and then has the volume made where that node can reach it.`
    }
    await pause()
  })

  await step('A volume that outlives its Pod', async () => {
    await say`
      So here is a Pod. Under volumes it names the claim, and under volumeMounts
      the folder where its container is to find it, /data. It does not say which
      volume that is.`
    await apply('storage-pod.yaml')
    await until(ready('storage-test'))
    await $`kubectl get pvc`
    if (maySee.volumes) await $`kubectl get pv`
    await claimUnless(
      unseenVolumes,
      'P4',
      'the claim is Bound, to a volume that was made for it',
      boundToItsOwn('data-pvc'),
    )
    await say`
      Nobody made that volume by hand, and nobody had to know where. It is this
      claim's and no other's for as long as the claim exists.

      How long the Pod exists is another matter. Write something down, delete the
      Pod, make it again from the same manifest, and read.`
    await pause()

    const before = pod('storage-test')
    const disk = volumeClaim('data-pvc')
    await $`kubectl exec storage-test -- /bin/sh -c 'echo "Hello there" > /data/test.txt'`
    await $`kubectl delete pod storage-test`
    await apply('storage-pod.yaml')
    await until(ready('storage-test', before))
    const read = await $({ mayFail: 'the file is not there' })`kubectl exec storage-test -- cat /data/test.txt`
    await claim(
      'P5',
      'the file outlived its Pod',
      all(
        printed(read, 'Hello there', (text) => text === 'Hello there\n'),
        anotherPod(before),
        sameVolume(disk, pod('storage-test')),
      ),
    )
    await say`
      The Pod has its old name, and is a new Pod. It named the same claim, the claim
      was still bound to the same volume, and the file was where it had been left.`
    await pause()
  })

  await step('A database', async () => {
    await say`
      This is what a database needs most, so let us run one. postgres.yaml has three
      things in it that are new.

      It holds two objects, a claim and a Deployment. A line of three dashes ends
      one and begins the next, so what belongs together can live in one file.

      The mount has a subPath. Postgres gets a folder of the volume and not its
      root, because it starts its data in an empty folder or not at all. A freshly
      formatted disk is not quite empty: there is a lost+found in its root. (PGDATA
      goes one folder deeper, since Postgres must own the folder that its data is
      in, and does not run as root here.)

      And the password stands right there, for anybody to read. That is for show
      only: a real one comes from a Secret.`
    await apply('postgres.yaml')
    await until(readyLabelled('app=postgres'))
    await say`
      It is up, with a volume of its own. The tour has waited for it; in a script,
      you would let this line wait. It picks the Pod by its label, since nobody
      could know its name: the Deployment made up the letters at its end.`
    await $`kubectl wait --for=condition=ready pod -l app=postgres --timeout=60s`
    await say`
      Nor need you ever type such a name. Set up completion once (kubectl completion
      --help says how). From then on it is postgres-, and the Tab key.

      Give it a table, and a row to remember.`
    const first = podLabelled('app', 'postgres')
    await $`kubectl exec ${first.metadata.name ?? ''} -- psql -U postgres -c "CREATE TABLE test (id serial primary key, note text)"`
    await $`kubectl exec ${first.metadata.name ?? ''} -- psql -U postgres -c "INSERT INTO test (note) VALUES ('survived a restart')"`
    const disk = volumeClaim('postgres-pvc')
    await claim(
      'P6',
      'Postgres runs on its volume, and took a table and a row',
      all(server.holds(first, 'survived a restart'), sameVolume(disk, first)),
    )
    await pause()

    await say`
      That note is rather sure of itself. Put it to the test: delete the Pod, by
      label this time, which takes every Pod that carries it. The Deployment still
      wants one, and makes another.`
    await $`kubectl delete pod -l app=postgres`
    await until(readyLabelled('app=postgres', first))
    await $`kubectl wait --for=condition=ready pod -l app=postgres --timeout=60s`
    const second = podLabelled('app', 'postgres')
    const rows = await $({
      mayFail: 'the row is not there',
    })`kubectl exec ${second.metadata.name ?? ''} -- psql -U postgres -c "SELECT * FROM test"`
    await claim(
      'P7',
      'the row survived, and its Pod did not',
      all(
        printed(rows, 'the row: survived a restart', (text) => text.includes('survived a restart')),
        replaced(first, second),
        server.startedAgain(second),
        sameVolume(disk, second),
      ),
    )
    await say`
      A new name, a new server, the same claim and the same data. That will do for
      one Postgres to learn with. But a Deployment does not promise one Pod at a
      time: it made the second as soon as the first was told to go, and did not wait
      until it had gone. ReadWriteOnce does not keep two Pods of one node apart, and
      two servers that write to the same files ruin them.

      A controller that does wait, and gives each Pod a name and a volume of its
      own, is the StatefulSet. The next lesson is about it.`
    await pause()
  })

  await cleanUp('Give the disk back', 'P8', 'the claims are gone, and so are their volumes', async () => {
    const claims = [volumeClaim('data-pvc'), volumeClaim('postgres-pvc')]
    await say`
      What becomes of a volume when its claim is deleted is its reclaim policy.
      Delete, the usual one, has it removed with everything in it. Retain keeps it
      until somebody deletes it by hand.`
    let kept = ''
    if (storageClass?.reclaim === 'Retain') {
      await say`
        This class says Retain. There is nothing worth keeping here, so tell the two
        volumes otherwise.`
      const [one, other] = claims.map(({ spec }) => spec?.volumeName ?? '')
      const patched = await $({
        mayFail: 'you may not change volumes',
      })`kubectl patch pv ${one ?? ''} ${other ?? ''} -p '{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'`
      if (patched.exitCode !== 0) kept = `class ${storageClass.name} retains volumes, and you may not change that`
    }
    await say`
      No claim goes with its Pod, nor with its Deployment. It goes when you delete
      it: here, because it stands in a file that you delete.

      A claim that is deleted while a Pod uses it stays, as Terminating, until the
      Pod is gone. kubectl waits for that. Do not apply its file meanwhile: you
      would get no new claim, only the one that is on its way out.`
    await $`kubectl delete -f postgres.yaml -f storage-pod.yaml -f pvc.yaml`
    await $`kubectl get pvc`
    await say`
      The volumes follow a moment later. They take up disk, and some cost money by
      the hour, so look whether they are gone.`
    const obstacle = unseenVolumes || kept
    if (obstacle === '') await until(released(...claims))
    if (maySee.volumes) await $`kubectl get pv`
    await claimUnless(obstacle, 'P8', 'the claims are gone, and so are their volumes', released(...claims))
  })
})
