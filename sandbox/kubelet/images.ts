import type { Clock } from '../clock.ts'
import type { Pod } from '../kubernetes.ts'
import { findImage } from '../programs/catalogue.ts'
import type { ImageConfig } from '../programs/image.ts'
import { Backoff } from './backoff.ts'
import { type Kubelet, tell } from './kubelet.ts'
import type { Container } from './state.ts'
import { CannotStart } from './failures.ts'

/** A pull that failed, of one image for one Pod. */
interface Failure {
  readonly why: string
  readonly at: number
}

/** The images on the node, and the way they get there: pkg/kubelet/images/image_manager.go. */
export class Images {
  readonly #clock: Clock
  readonly #backoff = new Backoff()
  readonly #present = new Map<string, ImageConfig>()
  readonly #pulled: () => void
  readonly #pulls = new Map<string, Promise<void>>()
  readonly #failures = new Map<string, Failure>()

  constructor(clock: Clock, pulled: () => void) {
    this.#clock = clock
    this.#pulled = pulled
  }

  /** As a node tells of them: the largest first. */
  get list(): readonly { readonly names: readonly string[]; readonly sizeBytes: number }[] {
    const all = [...this.#present.values()].toSorted((a, b) => b.size - a.size)
    return [...new Set(all.map(digestedName))].map((name) => {
      const images = all.filter((image) => digestedName(image) === name)
      return { names: [name, ...images.map(({ reference }) => reference).toSorted()], sizeBytes: images[0]?.size ?? 0 }
    })
  }

  /** The container's image, pulled where its policy asks for that. Throws a CannotStart. */
  async get(
    kubelet: Pick<Kubelet, 'world'>,
    pod: Pod,
    { name, image = '', imagePullPolicy }: Container,
    signal: AbortSignal,
  ): Promise<ImageConfig> {
    const say: Say = (type, reason, message) => tell(kubelet, pod, { type, reason, message, container: name })
    refuseInvalid(image, say)
    const found = findImage(image)
    if (imagePullPolicy !== 'Always' && !('failure' in found) && this.#present.has(found.reference)) {
      say('Normal', 'Pulled', `Container image "${image}" already present on machine`)
      return found
    }
    if (imagePullPolicy === 'Never') {
      const why = `Container image "${image}" is not present with pull policy of Never`
      say('Warning', 'ErrImageNeverPull', why)
      throw new CannotStart('ErrImageNeverPull', why)
    }
    const key = `${pod.metadata.uid}_${image}`
    this.#refuseTooSoon(key, image, say)
    say('Normal', 'Pulling', `Pulling image "${image}"`)
    if ('failure' in found) {
      await this.#clock.sleep(asking, signal)
      say('Warning', 'Failed', `Failed to pull image "${image}": ${found.failure}`)
      const at = this.#clock.now()
      this.#backoff.next(key, at, at)
      this.#failures.set(key, { why: found.failure, at })
      throw new CannotStart('ErrImagePull', found.failure, untilBackOff)
    }
    const since = this.#clock.now()
    await this.#pull(found, signal)
    const took = `${this.#clock.now() - since}ms`
    const size = `Image size: ${found.size} bytes.`
    say('Normal', 'Pulled', `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`)
    return found
  }

  forget({ metadata: { uid } }: Pod): void {
    this.#backoff.forget(uid)
    for (const key of this.#failures.keys()) if (key.startsWith(uid)) this.#failures.delete(key)
  }

  #refuseTooSoon(key: string, image: string, say: Say): void {
    const failure = this.#failures.get(key)
    if (failure === undefined) return
    const left = this.#backoff.left(key, failure.at, this.#clock.now())
    if (left === 0) return
    const why = `Back-off pulling image "${image}"`
    say('Normal', 'BackOff', why)
    throw new CannotStart('ImagePullBackOff', `${why}: ErrImagePull: ${failure.why}`, left)
  }

  /** Once for everybody who waits for it; what is there already is only looked up. */
  async #pull(image: ImageConfig, signal: AbortSignal): Promise<void> {
    const { reference, size } = image
    if (this.#present.has(reference)) return this.#clock.sleep(lookingUp, signal)
    let pull = this.#pulls.get(reference)
    if (pull === undefined) {
      pull = this.#clock.sleep(Math.min(300, Math.round(100 + size / 400_000))).then(() => {
        this.#present.set(reference, image)
        this.#pulls.delete(reference)
        this.#pulled()
      })
      this.#pulls.set(reference, pull)
    }
    await pull
    signal.throwIfAborted()
  }
}

/** The repository's name with the image's digest. */
export const digestedName = ({ reference, digest }: ImageConfig): string =>
  `${reference.replace(/:[^:/]*$/, '')}@${digest}`

type Say = (type: 'Normal' | 'Warning', reason: string, message: string) => void

function refuseInvalid(image: string, say: Say): void {
  if (validReference.test(image)) return
  const [repository = ''] = /^[^:@]*/.exec(image) ?? []
  const remote = repository.includes('/') ? repository : `library/${repository}`
  const detail = /[A-Z]/.test(repository) ? `: repository name (${remote}) must be lowercase` : ''
  const why = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format${detail}`
  say('Warning', 'InspectFailed', why)
  throw new CannotStart('InvalidImageName', why)
}

const asking = 120
const lookingUp = 5
/** How long ErrImagePull stands before ImagePullBackOff takes its place. */
const untilBackOff = 1_500

// distribution/reference's grammar, without its lengths.
const validReference =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/
