import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseOutputs } from '../../script/commands.js'
import { type Contexts, holds, interpolate } from './expression.js'
import type { Job, Step } from './workflow.js'

/** The result of the command or the action of a step. */
export interface Ended {
  readonly succeeded: boolean
  readonly outputs: Readonly<Record<string, string>>
  readonly log: string
}

/** The result of a step. `failure` includes one with `continue-on-error`. */
export interface StepEnd {
  readonly step: Step
  readonly outcome: 'success' | 'failure' | 'skipped'
  readonly log: string
}

export interface JobSurroundings {
  /** The folder in which commands run. */
  readonly workspace: string
  /** Contexts besides `steps`, `env`, and `runner`, such as `github`. */
  readonly contexts: Contexts
  /** Variables for commands, such as GITHUB_SHA. */
  readonly env?: Readonly<Record<string, string>>
  /** Runs an action with evaluated inputs. */
  readonly use: (action: string, inputs: Readonly<Record<string, string>>) => Promise<Ended>
}

/** Runs the steps of a job as a runner does, with conditions, expressions, outputs, and `continue-on-error`. */
export async function runJob(job: Job, surroundings: JobSurroundings): Promise<StepEnd[]> {
  const temp = mkdtempSync(join(tmpdir(), 'atlas-snapshot-job-'))
  const groups: number[] = []
  const steps: Record<string, { outputs: Ended['outputs']; outcome: string }> = {}
  const ends: StepEnd[] = []
  let failed = false
  try {
    for (const step of job.steps) {
      const evaluateAll = (texts: Readonly<Record<string, string>>, contexts: Contexts) =>
        Object.fromEntries(
          Object.entries(texts).map(([key, text]) => [key, interpolate(text, contexts, { failed })]),
        )
      const outer = { ...surroundings.contexts, steps, runner: { temp } }
      const env = evaluateAll(step.env, { ...outer, env: {} })
      const contexts = { ...outer, env }
      if (!holds(step.condition, contexts, { failed })) {
        ends.push({ step, outcome: 'skipped', log: '' })
        continue
      }
      const ended =
        step.uses === undefined
          ? await runCommand(step, temp, { ...surroundings.env, ...env }, surroundings.workspace, groups)
          : await surroundings.use(step.uses, evaluateAll(step.inputs, contexts))
      const outcome = ended.succeeded ? 'success' : 'failure'
      if (step.id !== undefined) steps[step.id] = { outputs: ended.outputs, outcome }
      failed ||= !ended.succeeded && !step.continueOnError
      ends.push({ step, outcome, log: ended.log })
    }
  } finally {
    for (const group of groups) endGroup(group)
    rmSync(temp, { recursive: true, force: true, maxRetries: 5 })
  }
  return ends
}

/** Runs a command as `shell: bash` does, in a new process group that it adds to `groups`. */
function runCommand(
  { run = '' }: Step,
  temp: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
  groups: number[],
): Promise<Ended> {
  const [script, output] = [join(temp, 'script.sh'), join(temp, 'output')]
  writeFileSync(script, run)
  writeFileSync(output, '')
  const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
    cwd,
    env: { ...process.env, ...env, RUNNER_TEMP: temp, GITHUB_OUTPUT: output },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  if (child.pid !== undefined) groups.push(child.pid)
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const outputs = parseOutputs(readFileSync(output, 'utf8')).map(({ name, value }) => [name, value])
      resolve({ succeeded: code === 0, outputs: Object.fromEntries(outputs), log })
    })
  })
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // The group has already ended.
  }
}
