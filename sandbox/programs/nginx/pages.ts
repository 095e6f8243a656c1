/** Reason phrases, and nginx's own name for a status where it has another. */
export const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Authorization Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  408: 'Request Time-out',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  418: "I'm a teapot",
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  505: 'HTTP Version Not Supported',
}

/** The build that the cluster's image of nginx:1.25 holds, which this one is held to. */
export const version = 'nginx/1.22.1'

/** ngx_http_special_response.c */
export function errorPage(status: number, tokens: boolean): string {
  const title = `${status} ${reasons[status] ?? ''}`.trimEnd()
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    `<hr><center>${tokens ? version : 'nginx'}</center>`,
    '</body>',
    '</html>',
    '',
  ]
  return lines.join('\r\n')
}

/** ngx_http_autoindex_module.c */
export function listing(
  path: string,
  entries: readonly { readonly name: string; readonly time: string; readonly size: string }[],
): string {
  const rows = entries.map(({ name, time, size }) => {
    const shown = name.length > 50 ? `${name.slice(0, 47)}..>` : name
    return `<a href="${encodeURI(name)}">${shown}</a>${' '.repeat(51 - shown.length)}${time} ${size.padStart(19)}\r\n`
  })
  return `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${rows.join('')}</pre><hr></body>\r\n</html>\r\n`
}
