import { type InputMetadata, readMetadata } from '../../script/metadata.js'

/** The inputs by name and the names of the outputs in action.yml. */
export function actionYml(): {
  readonly inputs: Readonly<Record<string, InputMetadata>>
  readonly outputs: readonly string[]
} {
  const { inputs, outputs } = readMetadata()
  return {
    inputs: Object.fromEntries(inputs.map((input) => [input.name, input])),
    outputs: outputs.map(({ name }) => name),
  }
}
