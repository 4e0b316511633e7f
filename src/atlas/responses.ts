import type { HelpTopic } from '../action-error.js'
import type { CredentialKind } from './credentials.js'
import type { ErrorResponse, Failure } from './errors.js'

const RATE_LIMITED: HelpTopic = {
  title: 'Rate limit exceeded',
  remedy:
    'Send fewer requests with other tools, because they can share this rate limit. If a proxy limits requests, allow a burst.',
}

/**
 * What a response other than 2xx can be: what it means, and what to do about it. In `remedy`, `{credential}` stands for the kind
 * of credentials. Each title is a heading or a row of docs/troubleshooting.md. `snapshot/retry.ts` has what is retried.
 */
export const FAILURES = {
  redirect: {
    meaning: 'untrusted',
    title: 'Unexpected redirect',
    remedy:
      'Check base-url, and the proxies between the runner and Atlas. To protect the credentials, this action follows no redirects.',
  },
  conflict: {
    meaning: 'conflict',
    title: 'Another snapshot is in progress',
    remedy: 'Wait until the other one has finished.',
  },
  tokenLimit: {
    meaning: 'throttled',
    title: 'Access token limit reached',
    remedy:
      'Use one service account for each pipeline, because each can have at most 100 access tokens. Other tools can request one for each run.',
  },
  maintenance: {
    meaning: 'throttled',
    title: 'Atlas maintenance in progress',
    remedy: 'Wait until Atlas has finished its maintenance.',
  },
  proxyRefused: {
    meaning: 'rejected',
    title: 'Request rejected by proxy',
    remedy:
      "Check the user and password in https_proxy (HTTP 401 or 407), or the proxy's rules for base-url (HTTP 403). If the runner can connect directly, add the host to no_proxy.",
    page: 'recipes.md#proxy-and-private-ca',
  },
  noValidResponse: {
    meaning: 'unknown',
    title: 'No valid response from Atlas',
    remedy:
      'If this happens again, check status.mongodb.com, and the network and proxies between the runner and Atlas.',
  },
  rateLimited: { meaning: 'throttled', ...RATE_LIMITED },
  // A proxy might have forwarded the request before it sent this.
  rateLimitedByProxy: { meaning: 'unknown', ...RATE_LIMITED },
  missingRole: {
    meaning: 'rejected',
    title: 'Missing project role',
    remedy:
      'Give the {credential} the "Project Backup Creator" role in the project that group-id identifies. If Atlas does not list that role, use "Project Backup Manager". See https://www.mongodb.com/docs/atlas/reference/user-roles/.',
  },
  notOnAccessList: {
    meaning: 'rejected',
    title: 'IP address not on API access list',
    remedy:
      "Add the runner's fixed address to the API access list of the {credential}, not the project's IP access list. Standard GitHub-hosted runners have none.",
    page: 'recipes.md#github-hosted-runners-and-the-api-access-list',
  },
  invalidClientSecret: {
    meaning: 'rejected',
    title: 'Client secret rejected',
    remedy:
      'Most often, the secret has expired. An Organization Owner can create a new one in Atlas, sometimes also a Project Owner. Save it everywhere the old one is saved. Otherwise, check client-id and base-url.',
    page: 'recipes.md#rotate-credentials',
  },
  projectNotFound: {
    meaning: 'rejected',
    title: 'Project not found',
    remedy: 'Check that group-id is the ID of the Atlas project, and that the {credential} can access it.',
  },
  clusterNotFound: {
    meaning: 'rejected',
    title: 'Cluster not found',
    remedy:
      "Check cluster-name, which is case-sensitive. Check that group-id is the ID of the cluster's project.",
  },
  snapshotNotFound: {
    meaning: 'rejected',
    title: 'Snapshot not found',
    remedy:
      "The snapshot was deleted, has expired, or belongs to another cluster. Check the cluster's backup page in Atlas.",
  },
  retentionNotAllowed: {
    meaning: 'rejected',
    title: 'Retention not allowed',
    remedy:
      "Set retention-days to a value that the project's backup policy and Backup Compliance Policy allow. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/backup-compliance-policy/.",
  },
  tierTooSmall: {
    meaning: 'rejected',
    title: 'Cluster tier too small',
    remedy:
      'Use a dedicated cluster, M10 or larger. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/overview/.',
  },
  noCloudBackup: {
    meaning: 'rejected',
    title: 'Cloud Backup not available',
    remedy:
      'Use a dedicated cluster, M10 or larger, with Cloud Backup turned on. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/overview/.',
    needsClusterDiagnosis: true,
  },
  invalidApiKey: {
    meaning: 'rejected',
    title: 'API key rejected',
    remedy:
      'Check that the API key still exists, and that public-key and private-key belong to it. Also check base-url.',
    page: 'recipes.md#rotate-credentials',
  },
  invalidServiceAccount: {
    meaning: 'rejected',
    title: 'Service account rejected',
    remedy:
      'Check that the service account still exists and belongs to the project that group-id identifies. Also check base-url. See https://www.mongodb.com/docs/atlas/configure-api-access/.',
  },
  paymentRequired: {
    meaning: 'rejected',
    title: 'Payment required',
    remedy:
      "Check the organization's billing in Atlas, for example the payment method or a suspended account. See https://www.mongodb.com/docs/atlas/billing/.",
  },
  forbidden: {
    meaning: 'rejected',
    title: 'Access denied',
    remedy:
      'Check the project roles and the API access list of the {credential} in Atlas. See https://www.mongodb.com/docs/atlas/configure-api-access/.',
  },
  notFound: {
    meaning: 'rejected',
    title: 'Not found in Atlas',
    remedy: 'Check group-id, cluster-name, and base-url. Check that the {credential} can access the project.',
    needsClusterDiagnosis: true,
  },
  unsupportedApiVersion: {
    meaning: 'rejected',
    title: 'Unsupported Atlas API version',
    remedy:
      'Use the default api-version and the latest release of this action. See https://www.mongodb.com/docs/atlas/api/versioned-api-overview/.',
  },
  badRequest: {
    meaning: 'rejected',
    title: 'Bad request',
    remedy:
      'The text after HTTP 400 is the reason from Atlas. Correct the input that it names, or the settings of the cluster in Atlas.',
    needsClusterDiagnosis: true,
  },
  requestRejected: {
    meaning: 'rejected',
    title: 'Request rejected',
    remedy:
      'Look up the error code, which follows the HTTP status. See https://www.mongodb.com/docs/atlas/reference/api-errors/.',
    needsClusterDiagnosis: true,
  },
  notAtlas: {
    meaning: 'notAtlas',
    title: 'Response not from Atlas',
    remedy: 'Check base-url and the proxies between the runner and Atlas.',
  },
} as const satisfies Readonly<Record<string, Failure>>

/** The error codes of Atlas and of its token endpoint that say more than the status. */
export const FAILURES_BY_CODE: ReadonlyMap<string, Failure> = new Map<string, Failure>([
  ['UNFINISHED_ON_DEMAND_SNAPSHOT', FAILURES.conflict],
  ['WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', FAILURES.maintenance],
  ['access_denied', FAILURES.tokenLimit],
  ['USER_UNAUTHORIZED', FAILURES.missingRole],
  ['NOT_IN_GROUP', FAILURES.missingRole],
  ['IP_ADDRESS_NOT_ON_ACCESS_LIST', FAILURES.notOnAccessList],
  ['ORG_REQUIRES_ACCESS_LIST', FAILURES.notOnAccessList],
  ['RESOURCE_REQUIRES_ACCESS_LIST', FAILURES.notOnAccessList],
  ['IP_ADDRESS_NOT_ON_WHITELIST', FAILURES.notOnAccessList],
  ['ORG_REQUIRES_WHITELIST', FAILURES.notOnAccessList],
  ['invalid_client', FAILURES.invalidClientSecret],
  ['unauthorized_client', FAILURES.invalidClientSecret],
  ['invalid_grant', FAILURES.invalidClientSecret],
  ['GROUP_NOT_FOUND', FAILURES.projectNotFound],
  ['CLUSTER_NOT_FOUND', FAILURES.clusterNotFound],
  ['SNAPSHOT_NOT_FOUND', FAILURES.snapshotNotFound],
  ['BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID', FAILURES.retentionNotAllowed],
  ['SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY', FAILURES.retentionNotAllowed],
  ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', FAILURES.tierTooSmall],
  ['INSUFFICIENT_INSTANCE_SIZE', FAILURES.noCloudBackup],
  ['PROVIDER_BACKUP_NOT_SUPPORTED', FAILURES.noCloudBackup],
  ['BACKUP_JOB_NOT_FOUND', FAILURES.noCloudBackup],
  ['BACKUP_CONFIG_NOT_FOUND', FAILURES.noCloudBackup],
])

/** The statuses of other rejections by Atlas. */
const FAILURES_BY_STATUS: ReadonlyMap<number, Failure> = new Map<number, Failure>([
  [400, FAILURES.badRequest],
  [402, FAILURES.paymentRequired],
  [403, FAILURES.forbidden],
  [404, FAILURES.notFound],
  [406, FAILURES.unsupportedApiVersion],
  [410, FAILURES.unsupportedApiVersion],
])

/** What a response other than 2xx means. A 401 arrives here only after authentication has given up. */
export function classify(response: ErrorResponse, credential: CredentialKind): Failure {
  const { status, isAtlas } = response
  if (status >= 300 && status <= 399) return FAILURES.redirect
  if (status < 400 || status > 499) return FAILURES.noValidResponse
  const known = isAtlas ? findByCode(response) : undefined
  if (known !== undefined) return known
  // A proxy can send these three, too.
  if (status === 407) return FAILURES.proxyRefused
  if (status === 408) return FAILURES.noValidResponse
  if (status === 429) return isAtlas ? FAILURES.rateLimited : FAILURES.rateLimitedByProxy
  if (!isAtlas) return FAILURES.notAtlas
  if (status === 401) return credential === 'apiKey' ? FAILURES.invalidApiKey : FAILURES.invalidServiceAccount
  return FAILURES_BY_STATUS.get(status) ?? FAILURES.requestRejected
}

/** Whether Atlas rejects a request because the credentials lack a role, for which it sends a 401 with a challenge. */
export function isMissingRole({ errorCode = '' }: ErrorResponse): boolean {
  return FAILURES_BY_CODE.get(errorCode) === FAILURES.missingRole
}

function findByCode({ errorCode = '', detail = '' }: ErrorResponse): Failure | undefined {
  const failure = FAILURES_BY_CODE.get(errorCode)
  // The token endpoint sends this code for other reasons, too.
  if (failure === FAILURES.tokenLimit && !/token limit/i.test(detail)) return undefined
  return failure
}
