import { lesson } from './stage/lesson.ts'

export default lesson(async ({ $, step, cleanUp, say, apply, claim, told, until, pause, pod, checks, attended }) => {
  const { all, fact, file, variable, log, printed } = checks
  const { ready, sameContainer, anotherPod, configMap, secret: secretValue, absent } = checks

  await step('Configuration that stays out of the image', async () => {
    await say`
      A database's address, an API key, a switch that is on in development and
      off in production: build such a value into an image and you need an image
      for every place it runs in. Write it into the Pod's specification and you
      need a specification for each. Kubernetes hands it in at the door instead:
      one image everywhere, and the values wait in the cluster.

      Values that anybody may see live in a ConfigMap. Here is one, made from two
      literals, and then what the cluster keeps of it.`
    await $`kubectl create configmap app-config --from-literal=GREETING="Hello from ConfigMap" --from-literal=APP_MODE="development"`
    await $`kubectl get configmap app-config -o yaml`
    await claim(
      'S1',
      'a ConfigMap keeps its values as plain text',
      configMap('app-config', { GREETING: 'Hello from ConfigMap', APP_MODE: 'development' }),
    )
    await pause()

    await say`
      Values that not everybody may see live in a Secret. It looks much the same,
      with one difference under data.`
    await $`kubectl create secret generic app-secret --from-literal=DB_PASSWORD="zaphodbeeblebrox"`
    await $`kubectl get secret app-secret -o yaml`
    await claim(
      'S2',
      'a Secret is only encoded: base64, which anyone can undo',
      secretValue('app-secret', 'DB_PASSWORD', 'zaphodbeeblebrox'),
    )
    await say`
      So base64 is no lock. It lets a value hold any bytes, and that is all it is
      for: whoever may read the Secret has the password. What protects it is who
      may read it (RBAC), and whether the cluster's database is encrypted where it
      lies on disk, which is for the cluster's administrator to turn on.

      And there is a second copy by now. You would have typed that password, so it
      would stand in your shell's history. To keep it out, let kubectl read it
      from a file: --from-file=DB_PASSWORD=password.txt, or --from-env-file=.env
      for several at once.`
    await told(
      'S3',
      'a literal on the command line ends up in the shell history',
      'use --from-file or --from-env-file instead',
    )
    await pause()
  })

  await step('As environment variables', async () => {
    await say`
      The first way in is the environment. This Pod asks for three variables by
      name, two from the ConfigMap and one from the Secret, and prints them when it
      starts.`
    await apply('config-pod.yaml')
    await until(ready('config-test'))
    const three = ['GREETING=Hello from ConfigMap', 'APP_MODE=development', 'DB_PASSWORD=zaphodbeeblebrox']
    const allThree = log('config-test', 'app', 'the log has all three variables', (lines) =>
      three.every((line) => lines.includes(line)),
    )
    await until(allThree)
    await $`kubectl logs config-test`
    await claim('S4', 'the container got all three values', allThree)

    await say`
      From in here, nobody could tell which of them was the secret.`
    const environment = await $`kubectl exec config-test -- env`
    await claim(
      'S5',
      'inside the Pod a Secret is a string like any other, already decoded',
      printed(environment, 'GREETING and DB_PASSWORD side by side, both plain', (text) =>
        three.every((line) => text.split('\n').includes(line)),
      ),
    )
    await pause()
  })

  await step('As files', async () => {
    await say`
      Environment variables get around: a crash report, a debug page, a child
      process, and the password has left the building. The other way in is a
      mounted directory. Each key becomes a file in it, and its value the file's
      content.`
    await apply('config-pod-volume.yaml')
    await until(ready('config-test-vol'))
    const both = log(
      'config-test-vol',
      'app',
      'the log has both values',
      (lines) => lines.includes('Hello from ConfigMap') && lines.includes('zaphodbeeblebrox'),
    )
    await until(both)
    await $`kubectl logs config-test-vol`
    const config = await $`kubectl exec config-test-vol -- ls /etc/config`
    const secret = await $`kubectl exec config-test-vol -- ls /etc/secret`
    const environment = await $`kubectl exec config-test-vol -- env`
    await claim(
      'S6',
      'every key is a file, and the Secret stays out of the environment',
      all(
        printed(config, '/etc/config holds APP_MODE and GREETING', (text) => text === 'APP_MODE\nGREETING\n'),
        printed(secret, '/etc/secret holds DB_PASSWORD', (text) => text === 'DB_PASSWORD\n'),
        file('config-test-vol', '/etc/config/GREETING').is('Hello from ConfigMap'),
        file('config-test-vol', '/etc/config/APP_MODE').is('development'),
        file('config-test-vol', '/etc/secret/DB_PASSWORD').is('zaphodbeeblebrox'),
        printed(
          environment,
          'no DB_PASSWORD in the environment',
          (text) => text.includes('HOSTNAME=') && !text.includes('DB_PASSWORD'),
        ),
      ),
    )
    await say`
      Files are also the way for whole configuration files: put an entire
      nginx.conf under one key, mount it, and the program finds it where it always
      looks.`
    await pause()
  })

  await step('What a change reaches', async () => {
    await say`
      Now somebody changes the greeting, and the password with it. Both Pods are
      running and nobody restarts them. Look at both ways in, right away.`
    await $`kubectl patch configmap app-config -p '{"data":{"GREETING":"UPDATED GREETING"}}'`
    await $`kubectl patch secret app-secret -p '{"stringData":{"DB_PASSWORD":"slartibartfast"}}'`
    const inEnvironment = await $`kubectl exec config-test -- env | grep GREETING`
    const inFile = await $`kubectl exec config-test-vol -- cat /etc/config/GREETING`
    const age = inFile.stdout === 'Hello from ConfigMap' ? 'the file is still the old one' : 'the file was quick'
    await claim(
      'S7',
      'the change has not reached the environment',
      all(
        printed(
          inEnvironment,
          'GREETING=Hello from ConfigMap in the environment',
          (text) => text.trim() === 'GREETING=Hello from ConfigMap',
        ),
        fact(true, age, age),
      ),
    )
    await pause()

    await say`
      The file is on its way. The kubelet, Kubernetes' agent on the node, comes past
      every minute or so and brings mounted ConfigMaps and Secrets up to date. It
      also looks at once when anything about the Pod changes, an annotation say.`
    const fileBefore = pod('config-test-vol')
    const environmentBefore = pod('config-test')
    const since = Date.now()
    let hurried = false
    await until(file('config-test-vol', '/etc/config/GREETING').is('UPDATED GREETING'), {
      hurry: async () => {
        hurried = true
        await $`kubectl annotate pod config-test-vol kubectl-tour/look=now --overwrite`
      },
    })
    const took = `changed after ${((Date.now() - since) / 1000).toFixed(1)} s${hurried ? ', hurried by an annotation' : ''}`
    await until(file('config-test-vol', '/etc/secret/DB_PASSWORD').is('slartibartfast'))
    await $`kubectl exec config-test-vol -- cat /etc/config/GREETING`
    await claim(
      'S8',
      'the files changed, and their container was not restarted',
      all(
        fact(true, took, took),
        file('config-test-vol', '/etc/config/GREETING').is('UPDATED GREETING'),
        file('config-test-vol', '/etc/secret/DB_PASSWORD').is('slartibartfast'),
        sameContainer(fileBefore),
      ),
    )
    if (!attended)
      await say`
      (Nobody is watching, so the tour changed an annotation rather than wait a
      minute. Played by hand, you see the wait, and may hurry it yourself.)`

    await say`
      And the environment, now that the file has changed?`
    const environment = await $`kubectl exec config-test -- env | grep GREETING`
    await claim(
      'S9',
      'an environment variable is frozen for as long as its container lives',
      all(
        printed(
          environment,
          'GREETING=Hello from ConfigMap still',
          (text) => text.trim() === 'GREETING=Hello from ConfigMap',
        ),
        sameContainer(environmentBefore),
      ),
    )
    await say`
      A process gets its environment when it starts, and nobody outside can change
      it after that. To bring in the new value, the container has to start again,
      and for a bare Pod that means: delete it and make another.`
    await pause()

    await $`kubectl delete pod config-test`
    await apply('config-pod.yaml')
    await until(ready('config-test', environmentBefore))
    await $`kubectl exec config-test -- env | grep GREETING`
    await claim(
      'S10',
      'a new Pod gets the new value',
      all(variable('config-test', 'GREETING').is('UPDATED GREETING'), anotherPod(environmentBefore)),
    )
    await pause()
  })

  await step('Written down', async () => {
    await say`
      Everything so far was typed. What is typed is gone when the window closes; a
      file can be read, reviewed and applied again. So here are the same two
      objects as manifests, after the first ones are out of the way.`
    await $`kubectl delete configmap app-config`
    await $`kubectl delete secret app-secret`
    await apply('configmap.yaml')
    await apply('secret.yaml')
    await $`kubectl get secret app-secret -o yaml`
    await claim(
      'S11',
      'manifests make the same objects',
      all(
        configMap('app-config', { GREETING: 'Hello from ConfigMap', APP_MODE: 'development' }),
        secretValue('app-secret', 'DB_PASSWORD', 'sup3rs3cr3t'),
      ),
    )
    await say`
      The ConfigMap belongs in your repository. The Secret does not: base64 is no
      lock, so a Secret in a repository is a leaked Secret. Either encrypt it
      before it is committed (SOPS does that, and leaves the keys readable so that
      a diff still makes sense), or keep it out altogether and let the cluster
      fetch it from a store made for it, such as HashiCorp Vault or AWS Secrets
      Manager.`
    await pause()
  })

  await cleanUp('Leave nothing behind', 'S12', 'nothing of the lesson is left', async () => {
    await $`kubectl delete -f config-pod.yaml -f config-pod-volume.yaml`
    await $`kubectl delete configmap app-config`
    await $`kubectl delete secret app-secret`
    await claim(
      'S12',
      'nothing of the lesson is left',
      all(
        absent('v1', 'Pod', 'config-test', 'config-test-vol'),
        absent('v1', 'ConfigMap', 'app-config'),
        absent('v1', 'Secret', 'app-secret'),
      ),
    )
  })
})
