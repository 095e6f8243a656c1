import type { Clock } from '../clock.ts'
import type { Pod } from '../kubernetes.ts'
import { findImage } from '../programs/catalogue.ts'
import type { ImageConfig } from '../programs/image.ts'
import { Backoff } from './backoff.ts'
import { type Kubelet, tell } from './kubelet.ts'
import type { Container } from './state.ts'
import { CannotStart } from './failures.ts'

type Policy = 'Always' | 'IfNotPresent' | 'Never'

/** The images on the node, and the way they get there: pkg/kubelet/images/image_manager.go. */
export class Images {
  readonly #clock: Clock
  readonly #backoff = new Backoff()
  readonly #present = new Set<string>()
  readonly #failed = new Map<string, string>()
  readonly #pulls = new Map<string, Promise<void>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The container's image, pulled where its policy asks for that. Throws a CannotStart. */
  async get(
    kubelet: Pick<Kubelet, 'world'>,
    pod: Pod,
    container: Container,
    signal: AbortSignal,
  ): Promise<ImageConfig> {
    const { name, image = '' } = container
    const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
      tell(kubelet, pod, { type, reason, message, container: name })
    if (!validReference.test(image)) {
      const [repository = ''] = /^[^:@]*/.exec(image) ?? []
      const upper = /[A-Z]/.test(repository)
        ? `: repository name (${repository.includes('/') ? repository : `library/${repository}`}) must be lowercase`
        : ''
      const why = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format${upper}`
      say('Warning', 'InspectFailed', why)
      throw new CannotStart('InvalidImageName', why)
    }
    const policy = (container.imagePullPolicy ?? 'IfNotPresent') as Policy
    const found = findImage(image)
    const present = !('failure' in found) && this.#present.has(found.reference)
    if (present && policy !== 'Always') {
      say('Normal', 'Pulled', `Container image "${image}" already present on machine`)
      return found
    }
    if (policy === 'Never') {
      const why = `Container image "${image}" is not present with pull policy of Never`
      say('Warning', 'ErrImageNeverPull', why)
      throw new CannotStart('ErrImageNeverPull', why)
    }
    const key = `${pod.metadata.uid}_${image}`
    const failure = this.#failed.get(key)
    const now = this.#clock.now()
    if (failure !== undefined && this.#backoff.left(key, this.#failedAt.get(key) ?? now, now) > 0) {
      const why = `Back-off pulling image "${image}"`
      say('Normal', 'BackOff', why)
      throw new CannotStart('ImagePullBackOff', `${why}: ErrImagePull: ${failure}`, this.#left(key))
    }
    say('Normal', 'Pulling', `Pulling image "${image}"`)
    if ('failure' in found) {
      await this.#clock.sleep(asking, signal)
      say('Warning', 'Failed', `Failed to pull image "${image}": ${found.failure}`)
      this.#backoff.next(key, this.#clock.now(), this.#clock.now())
      this.#failed.set(key, found.failure)
      this.#failedAt.set(key, this.#clock.now())
      throw new CannotStart('ErrImagePull', found.failure, untilBackOff)
    }
    await this.#pull(found, signal)
    const took = `${this.#clock.now() - now}ms`
    say(
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${found.size} bytes.`,
    )
    this.#failed.delete(key)
    return found
  }

  readonly #failedAt = new Map<string, number>()

  #left(key: string): number {
    return this.#backoff.left(key, this.#failedAt.get(key) ?? 0, this.#clock.now())
  }

  /** Once for everybody who waits for it; what is there already is only looked up. */
  async #pull({ reference, size }: ImageConfig, signal: AbortSignal): Promise<void> {
    if (this.#present.has(reference)) return this.#clock.sleep(lookingUp, signal)
    let pull = this.#pulls.get(reference)
    if (pull === undefined) {
      pull = this.#clock.sleep(Math.min(300, Math.round(100 + size / 400_000))).then(() => {
        this.#present.add(reference)
        this.#pulls.delete(reference)
      })
      this.#pulls.set(reference, pull)
    }
    await pull
    signal.throwIfAborted()
  }

  forget({ metadata: { uid } }: Pod): void {
    this.#backoff.forget(uid)
    for (const key of [...this.#failed.keys()].filter((each) => each.startsWith(uid))) {
      this.#failed.delete(key)
      this.#failedAt.delete(key)
    }
  }
}

const asking = 120
const lookingUp = 5
/** How long ErrImagePull stands before ImagePullBackOff takes its place. */
const untilBackOff = 1_500

// distribution/reference's grammar, without its lengths.
const validReference =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/
