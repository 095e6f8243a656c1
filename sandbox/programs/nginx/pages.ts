/** Reason phrases, and nginx's own name for a status where it has another. */
export const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  400: 'Bad Request',
  401: 'Authorization Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
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
