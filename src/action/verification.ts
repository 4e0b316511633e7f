import type { GetInput, InputReader } from './input-reader.js'

const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED'
/** The one value by which Node stops verifying certificates. */
const OFF = '0'

/**
 * Reports the variable that turns Node's verification of certificates off, wherever a request of this step goes by TLS:
 * to Atlas, or with `github-token` to GitHub.
 *
 * @param env the environment of this process, which Node reads by itself
 */
export function checkVerification(get: GetInput, env: NodeJS.ProcessEnv, reader: InputReader): void {
  const usesTls = /^https:/i.test(get('base-url')) || get('github-token') !== ''
  if (env[VARIABLE] !== OFF || !usesTls) return
  reader.addProblem(
    VARIABLE,
    `${VARIABLE} is ${OFF}, by which anybody between the runner and Atlas could answer with a certificate of their own and get the credentials. Set it to 1 for this step (env: ${VARIABLE}: '1'), and behind a proxy that opens TLS name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS.`,
  )
}
