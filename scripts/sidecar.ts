import { lesson } from './stage/lesson.ts'

export default lesson(async ({ $, step, cleanUp, say, apply, claim, notHere, until, pause, pod, checks }) => {
  const { all, printed, witnessed, ready, absent, anotherPod } = checks
  const { containersReady, samePrinted, beginsLike, oneNetwork, ownProcesses, sameFile, requestsFromNow, hasAllOfLog } =
    checks
  const { hasEnded, onlyRestarted, succeeded, outlasted, nativeSidecars } = checks

  await step('Two containers, one Pod', async () => {
    await say`
      Up to now a Pod was a container with a name and an address. It can hold more
      than one. Its containers are put on the same node together and removed from
      it together. They share the Pod's network, and any volume that they all
      mount.

      That is made for a program and its helper. The helper rides along like the
      seat beside a motorcycle, and is named after it: a sidecar. It does what the
      program need not know about. It ships the program's logs to where logs are
      collected, say, or it keeps the files up to date that the program serves.
      The two come and go as one, so only what belongs together as closely as that
      belongs in one Pod. A web shop and its database do not: each wants to be
      moved, scaled and replaced on its own.

      Here is one that ships logs. The writer is nginx. Its log folder,
      /var/log/nginx, is a volume. The sidecar mounts the same volume and prints
      the access log line by line, where a real one would send it off to a log
      service. (The port is 8080: this nginx does not run as root, since careful
      clusters refuse what does, and so it keeps away from ports below 1024.)`
    await apply('sidecar-pod.yaml')
    await until(ready('sidecar-demo'))
    await say`
      Look at the column READY. It has always counted containers. There was only
      one to count so far.`
    await $`kubectl get pod sidecar-demo`
    await claim(
      'M1',
      'the Pod is 2/2: it has two containers, and both are ready',
      containersReady('sidecar-demo', 'writer', 'sidecar'),
    )
    await pause()

    await say`
      Two containers keep two logs. Ask for the Pod's, and kubectl has to choose
      one. After that, each by its name, with -c.`
    const unnamed = await $`kubectl logs sidecar-demo`
    const first = await $`kubectl logs sidecar-demo -c writer`
    const second = await $`kubectl logs sidecar-demo -c sidecar`
    await claim(
      'M2',
      'without -c you get the first container; the sidecar has printed nothing yet',
      all(
        beginsLike(unnamed, first),
        printed(second, "the sidecar's log is empty", (text) => text === ''),
      ),
    )
    await say`
      First means first in the manifest, for kubectl exec as well, and kubectl says
      in a line of its own which one it took. (An annotation on the Pod,
      kubectl.kubernetes.io/default-container, makes it another.) And the sidecar
      is not broken. It prints requests, and nobody has made one: the probe that
      finds the Pod ready only knocks at the port and asks for nothing.`
    await pause()
  })

  await step('What they share', async () => {
    await say`
      The network first. Fetch nginx's page from localhost, twice: from the writer,
      where nginx runs, and from the sidecar, where nothing listens on any port.
      (The sidecar's image is BusyBox. It has no curl, but it has a wget.)`
    const requests = await requestsFromNow('sidecar-demo', 'sidecar', 'curl', 'Wget')
    const network = witnessed(oneNetwork('sidecar-demo', 'writer', 'sidecar'))
    const fromWriter = await $`kubectl exec sidecar-demo -c writer -- curl -s localhost:8080`
    const fromSidecar = await $`kubectl exec sidecar-demo -c sidecar -- wget -qO- localhost:8080`
    await claim(
      'M3',
      'localhost is the same place in both: they share a network namespace',
      all(samePrinted(fromWriter, fromSidecar), await network),
    )
    await say`
      So a helper reaches its program without a Service and without a name to look
      up. It also means that there is one address and one set of ports for all of
      them: two containers of a Pod cannot both listen on 8080.`
    await pause()

    await say`
      Now the volume. Look into the log folder from the sidecar, which never writes
      there.`
    const content = witnessed(sameFile('sidecar-demo', '/var/log/nginx/access.log', 'writer', 'sidecar'))
    const listed = await $`kubectl exec sidecar-demo -c sidecar -- ls /var/log/nginx`
    await claim(
      'M4',
      "nginx's log file is there in the sidecar: they share the volume",
      all(
        printed(listed, 'access.log is in the list', (text) => text.split('\n').includes('access.log')),
        await content,
      ),
    )
    await say`
      This volume is an emptyDir, the simplest kind: a folder on the node, empty at
      first, made for this Pod and deleted with it. Any container of the Pod may
      mount it, wherever it likes.

      The two requests must have left a trace by now. In which of the logs?`
    const writerLog = await $`kubectl logs sidecar-demo -c writer`
    await until(requests.logged)
    const sidecarLog = await $`kubectl logs sidecar-demo -c sidecar`
    await claim(
      'M5',
      "both requests are in the sidecar's log, and both came from localhost",
      all(
        requests.printedBy(sidecarLog),
        printed(writerLog, "none is in the writer's", (text) => !text.includes('"GET /')),
      ),
    )
    await say`
      Elsewhere you would find nginx's requests under nginx: its image links the log
      files to standard output, which is what kubectl logs shows. Here the volume
      lies on top of that folder and hides the links. nginx writes plain files, and
      bringing them out is the sidecar's job.`
    await pause()
  })

  await step('What they do not share', async () => {
    await say`
      One network, one volume, and yet not one machine: every container has its own
      processes, counted from 1. A Pod can do without that wall. To compare, here is
      a second one, the same but for its name and for one line in its spec:
      shareProcessNamespace: true. While it starts, see who lives in the first Pod's
      sidecar.`
    await apply('shared-pid-pod.yaml')
    const walls = witnessed(ownProcesses('sidecar-demo', 'writer', 'sidecar'))
    const apart = await $`kubectl exec sidecar-demo -c sidecar -- ps -A`
    await say`
      A shell, its tail and ps itself. The word nginx is only in the name of the
      file that tail reads. Now the same in the second Pod.`
    await until(ready('sidecar-shared-pid'))
    const together = await $`kubectl exec sidecar-shared-pid -c sidecar -- ps -A`
    await claim(
      'M6',
      "containers do not see each other's processes, unless the Pod says so",
      all(
        printed(
          apart,
          "no nginx process in sidecar-demo's sidecar",
          (text) => text.includes('ps -A') && !text.includes('nginx: '),
        ),
        await walls,
        printed(together, "nginx in sidecar-shared-pid's", (text) => text.includes('nginx: master process')),
      ),
    )
    await say`
      There the sidecar sees nginx, so it can send it a signal: a HUP when its
      configuration has changed, say. That is the usual reason for this setting. It
      also helps with debugging, when a container full of tools looks at one that
      has none. Process 1 is now neither container's. It is pause, a program that
      does nothing but hold open what the containers of a Pod share.

      The setting is off unless asked for, because it lets containers into each
      other's affairs: whoever sees a process may find its files and its
      environment, too.`
    await pause()
  })

  await step('When one of them dies', async () => {
    await say`
      They are removed together. Do they also die together? A container lives as
      long as its process 1, and in the writer that is nginx. Tell it to end, then
      see what is left of the Pod.`
    const before = pod('sidecar-demo')
    await $({ mayFail: 'the kill ends the shell, too' })`kubectl exec sidecar-demo -c writer -- /bin/sh -c 'kill 1'`
    const ourKill = { causedExits: new Map([['sidecar-demo/writer', 1]]) }
    await until(hasEnded(before, 'writer'), ourKill)
    await $`kubectl get pod sidecar-demo`
    await until(onlyRestarted(before, 'writer'), ourKill)
    await say`
      Whoever looks in time sees 1/2. It does not last: the kubelet, Kubernetes'
      agent on the node, notices that the writer is gone and starts it again. What
      it did stands at the end of this, under Events. Compare how often each of the
      two was started.`
    await $`kubectl describe pod sidecar-demo`
    await claim('M7', 'the writer was restarted; the Pod and the sidecar were not', onlyRestarted(before, 'writer'))
    await say`
      So each container is restarted on its own. Whether it is at all depends on the
      Pod's restartPolicy, which is Always if nobody says otherwise. The first
      restart comes at once. A container that keeps dying waits longer every time,
      and that wait is called CrashLoopBackOff.`
    await pause()

    await say`
      What a container has written into its own file system is lost when it ends.
      The new one starts from the image again. But the log is on the volume. Is it
      still there?`
    const kept = await $`kubectl exec sidecar-demo -c writer -- cat /var/log/nginx/access.log`
    const survived = await witnessed(hasAllOfLog(kept, 'sidecar-demo', 'sidecar'))
    await say`
      Both requests, from before the kill. Now let the whole Pod go, make it again
      from the same file, and count the lines.`
    await $`kubectl delete pod sidecar-demo`
    await apply('sidecar-pod.yaml')
    await until(ready('sidecar-demo', before))
    const fresh = await $`kubectl exec sidecar-demo -c writer -- wc -l /var/log/nginx/access.log`
    await claim(
      'M8',
      'an emptyDir outlives its containers, and not its Pod',
      all(
        survived,
        anotherPod(before),
        printed(fresh, 'no line in its log', (text) => text.startsWith('0 ')),
      ),
    )
    await say`
      So an emptyDir does for scratch space, for a cache, for handing files from one
      container to the next. What has to outlive the Pod needs another kind of
      volume, and a lesson of its own.`
    await pause()
  })

  await step('Sidecars by the book', async () => {
    await say`
      One thing was left open: who starts first, and who stops last? For containers
      that stand side by side in a manifest, nobody promises either. The program may
      be up before its helper, and fail at its first call. Or the helper may be up
      before the program: ours reads with tail -F, which waits for a file that is
      not there yet, where tail -f gives up. And think of a Pod that has one job to
      do and is then done. With a helper that runs for ever, it never is.

      Since 1.29 Kubernetes has a place for sidecars: among the initContainers. Those
      start before the others, one after the other, and each has to end before the
      next may start. But one that says restartPolicy: Always only has to have
      started. It goes on running beside the others, is restarted if it dies, and is
      stopped when they have ended.`
    const helperFirst = 'the helper started before the main container, and was stopped after it'
    if (nativeSidecars()) {
      await say`
        In this Pod the main container works for a second and ends. kubectl prints
        one log after the other, so go by the times.`
      await apply('native-sidecar.yaml')
      await until(succeeded('native-sidecar'))
      await $`kubectl logs native-sidecar --all-containers --timestamps`
      await claim('M9', helperFirst, outlasted('native-sidecar', 'helper', 'main'))
    } else {
      await notHere('M9', helperFirst, 'it takes 1.29 or later, on the server and on every node')
    }
    await pause()
  })

  await cleanUp('Leave nothing behind', 'M10', 'nothing of the lesson is left', async () => {
    await say`
      The volumes go with their Pods, so the Pods are all there is to remove.`
    await $`kubectl delete -f sidecar-pod.yaml -f shared-pid-pod.yaml -f native-sidecar.yaml --ignore-not-found`
    await claim(
      'M10',
      'nothing of the lesson is left',
      absent('v1', 'Pod', 'sidecar-demo', 'sidecar-shared-pid', 'native-sidecar'),
    )
  })
})
