import * as assert from 'uvu/assert'
import { imageFor } from '../../../sandbox/programs/images.ts'
import type { ImageFile } from '../../../sandbox/programs/image.ts'
import { eventually, tests } from '../../support/tests.ts'
import { machine } from '../support/machine.ts'

interface Given {
  readonly files?: readonly ImageFile[]
  /** What its log has to hold before it counts as up. */
  readonly ready?: RegExp
}

/** A container of the unprivileged image, as a kubelet starts it, that has come up. */
async function nginx({ files = [], ready = /start worker process \d+\n[^]*start worker process/ }: Given = {}) {
  const image = imageFor('nginxinc/nginx-unprivileged:1.25')
  const container = machine(image, { files: [{ path: '/etc/hosts', content: '127.0.0.1\tlocalhost\n' }, ...files] })
  const user = { uid: 101, gid: 101 }
  const server = container.start([...image.entrypoint, ...image.command], { first: true, ...user })
  await eventually(() => ready.test(server.stderr()), { every: 5 })
  return {
    server,
    run: (script: string) => container.run(['sh', '-c', script], { stdin: '', ...user }),
    log: () =>
      server
        .stderr()
        .replace(/^\S+ \S+ /gm, '')
        .replace(/\d+#\d+/g, 'PID'),
  }
}

const site = (text: string): ImageFile => ({ path: '/etc/nginx/conf.d/default.conf', content: text, uid: 101 })

tests('nginx', (test) => {
  test('starts as the image does, serves its page and logs the request', async () => {
    const { server, run, log } = await nginx()
    assert.is(
      server.stdout(),
      `/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/
/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh
10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf
/docker-entrypoint.sh: Configuration complete; ready for start up
`,
    )
    assert.match(
      log(),
      /^\[notice\] PID: using the "epoll" event method\n\[notice\] PID: nginx\/1\.22\.1\n\[notice\] PID: OS: Linux /,
    )
    const page = await run('curl -s localhost:8080')
    assert.match(page.stdout, '<h1>Welcome to nginx!</h1>')
    assert.is(page.stdout.length, 615)
    // A request is logged after its answer.
    const logged = /^127\.0\.0\.1 - - \[[^\]]+ \+0000\] "GET \/ HTTP\/1\.1" 200 615 "-" "curl\/7\.88\.1" "-"$/m
    await eventually(() => logged.test(server.stdout()), { every: 5 })
  })

  test('answers with the headers of nginx, in its order', async () => {
    const { run } = await nginx()
    const { stdout } = await run('curl -sI localhost:8080')
    assert.equal(
      stdout
        .replace(/\r/g, '')
        .trim()
        .split('\n')
        .map((line) => line.replace(/^(Date|Last-Modified|ETag): .*/, '$1')),
      [
        'HTTP/1.1 200 OK',
        'Server: nginx/1.22.1',
        'Date',
        'Content-Type: text/html',
        'Content-Length: 615',
        'Last-Modified',
        'Connection: keep-alive',
        'ETag',
        'Accept-Ranges: bytes',
      ],
    )
  })

  test('a page that is not there, a folder without an index, a folder without its slash', async () => {
    const { run, log } = await nginx({ files: [{ path: '/usr/share/nginx/html/d', content: 'directory' }] })
    const code = async (path: string) =>
      (await run(`curl -s -o /tmp/body -w '%{http_code}' localhost:8080${path}`)).stdout
    assert.is(await code('/nope'), '404')
    assert.is(await code('/d/'), '403')
    assert.is(await code('/d'), '301')
    assert.match((await run('curl -sI localhost:8080/d')).stdout, 'Location: http://localhost:8080/d/\r\n')
    assert.match(
      log(),
      '*1 open() "/usr/share/nginx/html/nope" failed (2: No such file or directory), client: 127.0.0.1, server: localhost, request: "GET /nope HTTP/1.1", host: "localhost:8080"',
    )
    assert.match(log(), 'directory index of "/usr/share/nginx/html/d/" is forbidden')
    assert.is(await code('/%2e%2e/%2e%2e/etc/passwd'), '400')
    assert.is((await run('curl -s -X POST -o /dev/null -w "%{http_code}" localhost:8080/index.html')).stdout, '405')
    assert.is((await run('curl -s -X DELETE -o /dev/null -w "%{http_code}" localhost:8080/nosuch')).stdout, '405')
  })

  test('QUIT ends it gracefully, TERM at once, both with 0', async () => {
    for (const [signal, words] of [
      ['SIGQUIT', 'signal 3 (SIGQUIT) received, shutting down'],
      ['SIGTERM', 'signal 15 (SIGTERM) received, exiting'],
    ] as const) {
      const { server, log } = await nginx()
      server.signal(signal)
      assert.is((await server.ended).code, 0)
      assert.match(log(), `[notice] PID: ${words}\n`)
      assert.match(log(), /\[notice\] PID: exit\n$/)
    }
  })

  test('reloads, and keeps what it has where the new configuration is wrong', async () => {
    const { run, log } = await nginx()
    await run(
      'sed -i "s/index.html/other.html/" /etc/nginx/conf.d/default.conf; echo other > /tmp/other.html; sed -i "s#/usr/share/nginx/html#/tmp#" /etc/nginx/conf.d/default.conf; nginx -s reload',
    )
    await eventually(async () => (await run('curl -s localhost:8080')).stdout === 'other\n', { every: 5 })
    await run('echo "server { nonsense on; }" > /etc/nginx/conf.d/bad.conf')
    const tested = await run('nginx -t')
    assert.is(tested.code, 1)
    assert.match(
      tested.stderr,
      'nginx: [emerg] unknown directive "nonsense" in /etc/nginx/conf.d/bad.conf:1\nnginx: configuration file /etc/nginx/nginx.conf test failed\n',
    )
    await run('kill -HUP 1')
    await eventually(() => log().includes('[emerg] PID: unknown directive "nonsense"'), { every: 5 })
    assert.is((await run('curl -s localhost:8080')).stdout, 'other\n')
  })

  test('a port in use: five tries, and why', async () => {
    const { run } = await nginx()
    const { code, stderr } = await run('nginx')
    assert.is(code, 1)
    assert.is(
      stderr.match(/^nginx: \[emerg\] bind\(\) to 0\.0\.0\.0:8080 failed \(98: Address already in use\)$/gm)?.length,
      5,
    )
    assert.match(stderr, /nginx: \[emerg\] still could not bind\(\)\n$/)
  })

  test('reads listen, root, index, error_page, try_files, return, server_tokens and log formats', async () => {
    const { server, run } = await nginx({
      files: [
        site(`
          log_format short '$request_method $uri $status';
          access_log /dev/stdout short;
          server { listen 8080; server_tokens off; root /srv; error_page 404 /sorry.html;
            location = /health { return 200 'fine\\n'; access_log off; }
            location /old { return 301 /new; }
            location /app/ { try_files $uri /app/main.html; }
            location ~ \\.php$ { return 403; } }
          server { listen 8081 default_server; server_name _; return 204; }`),
        { path: '/srv/sorry.html', content: 'sorry\n' },
        { path: '/srv/app/main.html', content: 'main\n' },
      ],
    })
    const get = async (path: string) => (await run(`curl -s -w '%{http_code}' localhost:${path}`)).stdout
    assert.is(await get('8080/nope'), 'sorry\n404')
    assert.is(await get('8080/health'), 'fine\n200')
    assert.is(await get('8080/app/anything'), 'main\n200')
    assert.match(await get('8080/x.php'), /<center>nginx<\/center>\r\n<\/body>\r\n<\/html>\r\n403$/)
    assert.match((await run('curl -sI localhost:8080/old')).stdout, 'Location: http://localhost:8080/new\r\n')
    assert.is(await get('8081/'), '204')
    await eventually(() => server.stdout().includes('GET /nope 404\n'), { every: 5 })
    assert.not.match(server.stdout(), 'health')
  })

  test('a folder that it may not write to ends it', async () => {
    const { server, log } = await nginx({
      files: [{ path: '/tmp', content: 'directory', mode: 0o755 }],
      ready: /emerg/,
    })
    assert.is((await server.ended).code, 1)
    assert.match(log(), '[emerg] PID: mkdir() "/tmp/client_temp" failed (13: Permission denied)')
  })

  test('a worker that is killed is replaced', async () => {
    const { run, log } = await nginx()
    await run('kill -9 $(grep -l "[w]orker process" /proc/[0-9]*/cmdline | head -1 | cut -d/ -f3)')
    await eventually(() => /exited on signal 9/.test(log()), { every: 5 })
    await eventually(() => (log().match(/start worker process \d/g)?.length ?? 0) === 3, { every: 5 })
    assert.is((await run('curl -s -o /dev/null -w "%{http_code}" localhost:8080')).stdout, '200')
  })

  test('headers of its own, an alias, and who may not come in', async () => {
    const { run, log } = await nginx({
      files: [
        { path: '/srv/a.txt', content: 'a' },
        site(`server {
          listen 8080;
          add_header X-Pod $server_addr;
          location /files/ { alias /srv/; }
          location /shut { deny 127.0.0.0/8; allow all; }
          location /gone { add_header X-Always yes always; return 404; }
        }`),
      ],
    })
    const { stdout: found } = await run('curl -si localhost:8080/files/a.txt')
    assert.match(found, /ETag: .*\r\nX-Pod: 127.0.0.1\r\nAccept-Ranges: bytes\r\n\r\na$/)
    const { stdout: shut } = await run('curl -si localhost:8080/shut')
    assert.match(shut, /^HTTP\/1.1 403 Forbidden/)
    assert.not.match(shut, 'X-Pod')
    assert.match(log(), '*2 access forbidden by rule, client: 127.0.0.1')
    const { stdout: gone } = await run('curl -si localhost:8080/gone')
    assert.match(gone, /^HTTP\/1.1 404 Not Found[^]*X-Always: yes/)
  })
})
