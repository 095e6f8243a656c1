import { Agent, request as get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  KubeConfig,
  KubernetesObject,
  RequestContext,
  ResponseContext,
  V1DeleteOptions,
  Watch,
} from '@kubernetes/client-node'
import { Problem, exit } from './problem.ts'
import { ApiError, isConflict, isNotFound } from './refusal.ts'

/** An object as the API's JSON has it: timestamps are ISO strings, whatever client-node's types say. */
export type ApiObject = KubernetesObject & { readonly metadata: NonNullable<KubernetesObject['metadata']> }

export interface Kind {
  readonly apiVersion: string
  readonly kind: string
}

export interface Reference extends Kind {
  readonly name: string
  readonly namespace?: string
}

export interface Query {
  readonly namespace?: string
  readonly labels?: string
  readonly fields?: string
}

/** What a list says beside its items, and where a watch goes on from. */
export interface Listed<T> {
  readonly items: readonly T[]
  readonly resourceVersion: string
}

interface Limits {
  /** Milliseconds until one request is given up. */
  readonly request: number
  /** Milliseconds during which a request is tried again while the API server is out of reach. */
  readonly patience: number
}

/**
 * The tour's own way to the API server: client-node, speaking to `kubectl proxy` on a socket, so that kubectl alone reads the kubeconfig.
 * Requests that find no server are tried again until `limits.patience`; every other refusal is thrown as an ApiError.
 */
export class Api {
  readonly #objects: InstanceType<typeof import('@kubernetes/client-node').KubernetesObjectApi>
  readonly #watch: Watch
  readonly #socket: string
  readonly #strategies: typeof import('@kubernetes/client-node').PatchStrategy
  readonly limits: Limits

  private constructor(client: typeof import('@kubernetes/client-node'), socket: string, limits: Limits) {
    const config = behind(client, socket)
    this.limits = limits
    this.#socket = socket
    this.#watch = new client.Watch(config)
    this.#strategies = client.PatchStrategy
    // Without client-node's deserialising, lists and watches give the same objects: the API's JSON.
    const Raw = class extends client.KubernetesObjectApi {
      // oxlint-disable-next-line typescript/no-explicit-any -- the shape is client-node's
      protected override async processResponse(response: ResponseContext): Promise<any> {
        const text = await response.body.text()
        if (response.httpStatusCode >= 200 && response.httpStatusCode <= 299) return JSON.parse(text) as unknown
        throw refusal(response.httpStatusCode, text)
      }
    }
    const deadline = {
      pre: (request: RequestContext) => {
        request.setSignal(AbortSignal.timeout(limits.request))
        return Promise.resolve(request)
      },
      post: (response: ResponseContext) => Promise.resolve(response),
    }
    this.#objects = new Raw(
      client.createConfiguration({
        baseServer: new client.ServerConfiguration('http://localhost', {}),
        authMethods: { default: config },
        promiseMiddleware: [deadline],
      }),
    )
  }

  static async open(socket: string, limits: Partial<Limits> = {}): Promise<Api> {
    return new Api(await import('@kubernetes/client-node'), socket, { request: 15_000, patience: 30_000, ...limits })
  }

  get<T extends ApiObject = ApiObject>({ apiVersion, kind, name, namespace }: Reference): Promise<T> {
    return this.#persistent(
      () =>
        this.#objects.read({
          apiVersion,
          kind,
          metadata: { name, namespace: namespace ?? '' },
        }) as unknown as Promise<T>,
    )
  }

  /** The object, or undefined where there is none. */
  find<T extends ApiObject = ApiObject>(reference: Reference): Promise<T | undefined> {
    return this.get<T>(reference).catch((error: unknown) => {
      if (isNotFound(error)) return undefined
      throw error
    })
  }

  async list<T extends ApiObject = ApiObject>({ apiVersion, kind }: Kind, query: Query = {}): Promise<Listed<T>> {
    const list = await this.#persistent(() =>
      this.#objects.list(
        apiVersion,
        kind,
        query.namespace,
        undefined,
        undefined,
        undefined,
        query.fields,
        query.labels,
      ),
    )
    return { items: list.items as unknown as readonly T[], resourceVersion: list.metadata?.resourceVersion ?? '' }
  }

  create<T extends ApiObject>(object: T, dryRun?: 'All'): Promise<T> {
    return this.#persistent(() => this.#objects.create(object, undefined, dryRun, 'kubectl-tour'))
  }

  /** A JSON merge patch; `metadata.uid` and `metadata.resourceVersion` in it are preconditions. */
  patch<T extends ApiObject>(object: T): Promise<T> {
    return this.#persistent(() =>
      this.#objects.patch(object, undefined, undefined, 'kubectl-tour', undefined, this.#strategies.MergePatch),
    )
  }

  /** Deletes exactly the object with this UID. False where it is gone, or another stands under its name. */
  async delete(
    { apiVersion, kind, name, namespace }: Reference,
    uid: string,
    options: V1DeleteOptions = {},
  ): Promise<boolean> {
    try {
      const body = { propagationPolicy: 'Background', ...options, preconditions: { uid } }
      await this.#persistent(() =>
        this.#objects.delete(
          { apiVersion, kind, metadata: { name, namespace: namespace ?? '' } },
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
          body,
        ),
      )
      return true
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) return false
      throw error
    }
  }

  /**
   * Follows a path of the API from a resourceVersion on, until `signal` fires or the server closes. Resolves with the status code of a
   * refusal (410: too old), or undefined after an ordinary close.
   */
  follow(
    path: string,
    query: Record<string, string>,
    seen: (type: string, object: ApiObject) => void,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    return new Promise((done) => {
      const params = { allowWatchBookmarks: true, ...query }
      const ended = (error: unknown) => done((error as { statusCode?: number } | null)?.statusCode)
      const closing = (controller: AbortController) =>
        signal.addEventListener('abort', () => controller.abort(), { once: true })
      if (signal.aborted) done(undefined)
      else this.#watch.watch(path, params, seen, ended).then(closing, ended)
    })
  }

  /** What a path of the API answers with as text: a log. */
  text(path: string): Promise<string> {
    return this.#persistent(() => this.#text(path, AbortSignal.timeout(this.limits.request), () => {}))
  }

  /** The same, told from its beginning each time that more has come, until it ends or `signal` fires. */
  async followText(path: string, seen: (text: string) => void, signal: AbortSignal): Promise<void> {
    await this.#text(path, signal, seen).catch(() => {})
  }

  #text(path: string, signal: AbortSignal, seen: (text: string) => void): Promise<string> {
    return new Promise((done, fail) => {
      const asked = get({ socketPath: this.#socket, path, signal }, (response) => {
        const { statusCode = 0 } = response
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (more: string) => {
          text += more
          if (statusCode === 200) seen(text)
        })
        response.on('end', () => (statusCode === 200 ? done(text) : fail(refusal(statusCode, text))))
        response.on('error', fail)
      })
      asked.on('error', fail).end()
    })
  }

  async #persistent<T>(request: () => Promise<T>): Promise<T> {
    const until = Date.now() + this.limits.patience
    for (let pause = 100; ; pause = Math.min(pause * 2, 2000)) {
      try {
        return await request()
      } catch (error) {
        if (!isOutOfReach(error)) throw error
        if (Date.now() + pause > until) {
          throw new Problem(
            exit.failed,
            `The API server has not answered for ${Math.round(this.limits.patience / 1000)} s.`,
            'look at the cluster, then kubectl tour clean',
            { cause: error },
          )
        }
        await sleep(pause)
      }
    }
  }
}

function behind(client: typeof import('@kubernetes/client-node'), socket: string): KubeConfig {
  const agent = new Agent({ keepAlive: true, ...({ socketPath: socket } as object) })
  const config = new client.KubeConfig()
  config.loadFromClusterAndUser({ name: 'tour', server: 'http://localhost', skipTLSVerify: true }, { name: 'tour' })
  ;(config as unknown as { createAgent: () => Agent }).createAgent = () => agent
  return config
}

function refusal(code: number, text: string): ApiError {
  try {
    const status = JSON.parse(text) as { reason?: string; message?: string }
    return new ApiError(code, status.reason ?? '', status.message ?? text)
  } catch {
    return new ApiError(code, '', text.trim())
  }
}

// 502 and 504 are the proxy's, when it finds no API server; 429 and 503 are the server's, when it is overloaded or not ready.
function isOutOfReach(error: unknown): boolean {
  if (error instanceof ApiError)
    return (
      [429, 502, 503, 504].includes(error.code) ||
      (error.code === 500 && /etcd|timed out|connection/.test(error.message))
    )
  return (
    error instanceof Error &&
    (error.name === 'FetchError' || error.name === 'AbortError' || error.name === 'TimeoutError')
  )
}
