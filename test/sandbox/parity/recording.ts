import { commonHistories, type Histories, historiesDiffer, type History } from './history.ts'
import { common, differences, type Normal, type NormalSaid } from './normal.ts'

/** A case that was recorded, and by what. */
export interface Recording {
  readonly server: string
  /** The minor of the kubectl that `play` was recorded with. */
  readonly kubectl: string
  readonly play: Normal
  /** What kubectls of other minors print differently, by the command's index. */
  readonly others: Readonly<Record<string, Readonly<Record<number, NormalSaid>>>>
  /** Absent from recordings that are older than they. */
  readonly histories?: Readonly<Record<string, History>>
}

export interface Play {
  readonly normal: Normal
  readonly histories: Histories
}

/** Five plays with each kubectl, by its minor, the first one's first. */
export function recordingOf(server: string, plays: ReadonlyMap<string, readonly Play[]>): Recording {
  const [[kubectl, play] = fail(), ...others] = [...plays].map(
    ([minor, each]) => [minor, common(each.map(({ normal }) => normal))] as const,
  )
  const all = [...plays.values()].flat().map((each) => each.histories)
  return {
    server,
    kubectl,
    // The objects are what they are with any kubectl.
    play: { ...play, state: common([...plays.values()].flat().map(({ normal }) => normal)).state },
    others: Object.fromEntries(others.map(([minor, other]) => [minor, unlike(play, other)])),
    histories: commonHistories(all),
  }
}

function unlike(play: Normal, other: Normal): Readonly<Record<number, NormalSaid>> {
  const same = (said: NormalSaid, index: number) => JSON.stringify(play.said[index]) === JSON.stringify(said)
  return Object.fromEntries(other.said.flatMap((said, index) => (same(said, index) ? [] : [[index, said]])))
}

const fail = (): never => {
  throw new Error('no play')
}

/** How a play with a kubectl of this minor differs: any has to end alike and to leave the same objects, a recorded one to print the same. */
export function recordingDiffers(recording: Recording, { normal, histories }: Play, minor: string): readonly string[] {
  const texts = minor === recording.kubectl ? {} : recording.others[minor]
  const said = recording.play.said.map((each, index) => texts?.[index] ?? each)
  return [
    ...differences({ ...recording.play, said }, normal, texts !== undefined),
    ...(recording.histories === undefined ? [] : historiesDiffer(recording.histories, histories)),
  ]
}
