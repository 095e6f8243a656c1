import { debianFiles, debianPrograms } from '../debian.ts'
import type { Image, ImageFile } from '../image.ts'
import { entrypoint, listenOnIPv6 } from './entrypoint.ts'
import { nginx } from './index.ts'

type Name = 'nginx' | 'nginx-unprivileged'

const main = (root: boolean) => {
  const scratch = root ? '/var/cache/nginx' : '/tmp'
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `    ${`${name}_temp_path`.padEnd(22)} ${scratch}/${name.replace('_body', '')}_temp;`)
    .join('\n')
  return `${root ? 'user  nginx;\n' : ''}worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        ${root ? '/var/run' : '/tmp'}/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

${folders}

    sendfile           on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
`
}

const site = (port: number) => `# The image's own default server.
server {
    listen       ${port};
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }
}
`

const types =
  'text/html:html,htm,shtml text/css:css text/xml:xml image/gif:gif image/jpeg:jpeg,jpg application/javascript:js application/atom+xml:atom application/rss+xml:rss text/plain:txt image/avif:avif image/png:png image/svg+xml:svg,svgz image/webp:webp image/x-icon:ico font/woff:woff font/woff2:woff2 application/json:json application/pdf:pdf application/wasm:wasm application/zip:zip application/octet-stream:bin,exe,dll,iso,img audio/mpeg:mp3 audio/ogg:ogg video/mp4:mp4 video/webm:webm'
const mimeTypes = types
  .split(' ')
  .map((line) => line.split(':'))
  .map(([type = '', extensions = '']) => `    ${type.padEnd(37)} ${extensions.replaceAll(',', ' ')};\n`)
  .join('')

// nginx prints this page, of html/index.html in its sources, byte for byte: learners compare it.
const welcome = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`

/** The public image, or the one that runs as user 101 on port 8080. */
export function nginxImage(name: Name): Pick<Image, 'files' | 'programs'> {
  const root = name === 'nginx'
  const owner = root ? {} : { uid: 101 }
  const writable = root ? 0o644 : 0o664
  const files: readonly ImageFile[] = [
    ...debianFiles({ users: ['nginx:101:101::/nonexistent:/bin/sh'], groups: ['nginx:101'] }),
    { path: '/etc/nginx', content: 'directory', mode: root ? 0o755 : 0o775, ...owner },
    { path: '/etc/nginx/conf.d', content: 'directory', mode: root ? 0o755 : 0o775, ...owner },
    { path: '/etc/nginx/nginx.conf', content: main(root), mode: writable, ...owner },
    { path: '/etc/nginx/mime.types', content: `\ntypes {\n${mimeTypes}}\n`, mode: writable, ...owner },
    { path: '/etc/nginx/conf.d/default.conf', content: site(root ? 80 : 8080), mode: writable, ...owner },
    { path: '/usr/share/nginx/html/index.html', content: welcome },
    { path: '/var/cache/nginx', content: 'directory' },
    { path: '/var/log/nginx', content: 'directory' },
    { path: '/var/log/nginx/access.log', content: { link: '/dev/stdout' } },
    { path: '/var/log/nginx/error.log', content: { link: '/dev/stderr' } },
    { path: '/docker-entrypoint.sh', content: entrypoint, mode: 0o755 },
    { path: '/docker-entrypoint.d/10-listen-on-ipv6-by-default.sh', content: listenOnIPv6, mode: 0o755 },
  ]
  return { files, programs: new Map([...debianPrograms(), ['/usr/sbin/nginx', nginx]]) }
}
