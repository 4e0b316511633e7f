import type { HelpTopic } from '../action-error.js'
import type { CredentialKind } from './credentials.js'
import type { ErrorResponse, Failure } from './errors.js'

/**
 * A row of the table. It applies if all conditions are met, and a condition that is missing is always met. In `remedy`,
 * `{credential}` stands for the kind of credentials.
 */
export interface ResponseRow extends Failure {
  /** Statuses such as `401`, or hundreds such as `3xx`. */
  readonly statuses?: readonly (`${number}` | '3xx' | '4xx' | '5xx')[]
  /** Error codes of Atlas or its token endpoint, which count only with a `4xx`. */
  readonly codes?: readonly string[]
  readonly detail?: RegExp
  readonly credential?: CredentialKind
  /** Whether a response that is not in the format of Atlas matches, too. */
  readonly fromAnyone?: true
}

const MISSING_ROLE_CODES: readonly string[] = ['USER_UNAUTHORIZED', 'NOT_IN_GROUP']
const RATE_LIMITED: HelpTopic = {
  title: 'Rate limit exceeded',
  remedy:
    'Send fewer requests with other tools, because they can share this rate limit. If a proxy limits requests, allow a burst.',
}

/**
 * What each response other than 2xx means, and what to do about it. The first row that applies counts. Any other response
 * means the same as `noValidResponse`. `snapshot/retry.ts` has what is retried. Authentication has already handled a 401 with
 * a challenge. A title is a heading or a row of docs/troubleshooting.md.
 */
export const RESPONSES = {
  redirect: {
    statuses: ['3xx'],
    fromAnyone: true,
    meaning: 'untrusted',
    title: 'Unexpected redirect',
    remedy:
      'Check base-url, and the proxies between the runner and Atlas. To protect the credentials, this action follows no redirects.',
  },
  conflict: {
    codes: ['UNFINISHED_ON_DEMAND_SNAPSHOT'],
    meaning: 'conflict',
    title: 'Another snapshot is in progress',
    remedy: 'Wait until the other one has finished.',
  },
  // Only the token endpoint sends this code, and also for other reasons.
  tokenLimit: {
    statuses: ['403'],
    codes: ['access_denied'],
    detail: /token limit/i,
    meaning: 'throttled',
    title: 'Access token limit reached',
    remedy:
      'Use one service account for each pipeline, because each can have at most 100 access tokens. Other tools can request one for each run.',
  },
  maintenance: {
    statuses: ['405'],
    codes: ['WRITES_NOT_ALLOWED_DURING_APP_UPGRADES'],
    meaning: 'throttled',
    title: 'Atlas maintenance in progress',
    remedy: 'Wait until Atlas has finished its maintenance.',
  },
  // With a code below, 407, 408, and 429 still mean this. Some proxies, such as squid, refuse only while they are busy.
  proxyRefused: {
    statuses: ['407'],
    fromAnyone: true,
    title: 'Request rejected by proxy',
    remedy:
      "Check the user and password in https_proxy (HTTP 401 or 407), or the proxy's rules for base-url (HTTP 403). If the runner can connect directly, add the host to no_proxy.",
    page: 'recipes.md#proxy-and-private-ca',
  },
  noValidResponse: {
    statuses: ['408', '5xx'],
    fromAnyone: true,
    meaning: 'unknown',
    title: 'No valid response from Atlas',
    remedy:
      'If this happens again, check status.mongodb.com, and the network and proxies between the runner and Atlas.',
  },
  rateLimited: { statuses: ['429'], meaning: 'throttled', ...RATE_LIMITED },
  // A proxy might have forwarded the request before it sent this.
  rateLimitedByProxy: { statuses: ['429'], fromAnyone: true, meaning: 'unknown', ...RATE_LIMITED },
  // Before the statuses of rejections, because a known code says more.
  missingRole: {
    codes: MISSING_ROLE_CODES,
    title: 'Missing project role',
    remedy:
      'Give the {credential} the "Project Backup Creator" role in the project that group-id identifies. If Atlas does not list that role, use "Project Backup Manager". See https://www.mongodb.com/docs/atlas/reference/user-roles/.',
  },
  notOnAccessList: {
    codes: [
      'IP_ADDRESS_NOT_ON_ACCESS_LIST',
      'ORG_REQUIRES_ACCESS_LIST',
      'RESOURCE_REQUIRES_ACCESS_LIST',
      'IP_ADDRESS_NOT_ON_WHITELIST',
      'ORG_REQUIRES_WHITELIST',
    ],
    title: 'IP address not on API access list',
    remedy:
      "Add the runner's fixed address to the API access list of the {credential}, not the project's IP access list. Standard GitHub-hosted runners have none.",
    page: 'recipes.md#github-hosted-runners-and-the-api-access-list',
  },
  invalidClientSecret: {
    codes: ['invalid_client', 'unauthorized_client', 'invalid_grant'],
    title: 'Client secret rejected',
    remedy:
      'Most often, the secret has expired. An Organization Owner can create a new one in Atlas, sometimes also a Project Owner. Save it everywhere the old one is saved. Otherwise, check client-id and base-url.',
    page: 'recipes.md#rotate-credentials',
  },
  projectNotFound: {
    codes: ['GROUP_NOT_FOUND'],
    title: 'Project not found',
    remedy: 'Check that group-id is the ID of the Atlas project, and that the {credential} can access it.',
  },
  clusterNotFound: {
    codes: ['CLUSTER_NOT_FOUND'],
    title: 'Cluster not found',
    remedy:
      "Check cluster-name, which is case-sensitive. Check that group-id is the ID of the cluster's project.",
  },
  snapshotNotFound: {
    codes: ['SNAPSHOT_NOT_FOUND'],
    title: 'Snapshot not found',
    remedy:
      "The snapshot was deleted, has expired, or belongs to another cluster. Check the cluster's backup page in Atlas.",
  },
  retentionNotAllowed: {
    codes: [
      'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID',
      'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY',
    ],
    title: 'Retention not allowed',
    remedy:
      "Set retention-days to a value that the project's backup policy and Backup Compliance Policy allow. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/backup-compliance-policy/.",
  },
  // The size of a cluster can also show it.
  tierTooSmall: {
    codes: ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'],
    title: 'Cluster tier too small',
    remedy:
      'Use a dedicated cluster, M10 or larger. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/overview/.',
  },
  noCloudBackup: {
    codes: [
      'INSUFFICIENT_INSTANCE_SIZE',
      'PROVIDER_BACKUP_NOT_SUPPORTED',
      'BACKUP_JOB_NOT_FOUND',
      'BACKUP_CONFIG_NOT_FOUND',
    ],
    title: 'Cloud Backup not available',
    remedy:
      'Use a dedicated cluster, M10 or larger, with Cloud Backup turned on. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/overview/.',
    needsClusterDiagnosis: true,
  },
  invalidApiKey: {
    statuses: ['401'],
    credential: 'apiKey',
    title: 'API key rejected',
    remedy:
      'Check that the API key still exists, and that public-key and private-key belong to it. Also check base-url.',
    page: 'recipes.md#rotate-credentials',
  },
  invalidServiceAccount: {
    statuses: ['401'],
    credential: 'serviceAccount',
    title: 'Service account rejected',
    remedy:
      'Check that the service account still exists and belongs to the project that group-id identifies. Also check base-url. See https://www.mongodb.com/docs/atlas/configure-api-access/.',
  },
  paymentRequired: {
    statuses: ['402'],
    title: 'Payment required',
    remedy:
      "Check the organization's billing in Atlas, for example the payment method or a suspended account. See https://www.mongodb.com/docs/atlas/billing/.",
  },
  forbidden: {
    statuses: ['403'],
    title: 'Access denied',
    remedy:
      'Check the project roles and the API access list of the {credential} in Atlas. See https://www.mongodb.com/docs/atlas/configure-api-access/.',
  },
  notFound: {
    statuses: ['404'],
    title: 'Not found in Atlas',
    remedy: 'Check group-id, cluster-name, and base-url. Check that the {credential} can access the project.',
    needsClusterDiagnosis: true,
  },
  unsupportedApiVersion: {
    statuses: ['406', '410'],
    title: 'Unsupported Atlas API version',
    remedy:
      'Use the default api-version and the latest release of this action. See https://www.mongodb.com/docs/atlas/api/versioned-api-overview/.',
  },
  badRequest: {
    statuses: ['400'],
    title: 'Bad request',
    remedy:
      'The text after HTTP 400 is the reason from Atlas. Correct the input that it names, or the settings of the cluster in Atlas.',
    needsClusterDiagnosis: true,
  },
  // Any other 4xx, so the two rows are the last ones.
  requestRejected: {
    statuses: ['4xx'],
    title: 'Request rejected',
    remedy:
      'Look up the error code, which follows the HTTP status. See https://www.mongodb.com/docs/atlas/reference/api-errors/.',
    needsClusterDiagnosis: true,
  },
  notAtlas: {
    statuses: ['4xx'],
    fromAnyone: true,
    meaning: 'notAtlas',
    title: 'Response not from Atlas',
    remedy: 'Check base-url and the proxies between the runner and Atlas.',
  },
} as const satisfies Readonly<Record<string, ResponseRow>>

/** Whether Atlas rejects a request because the credentials lack a role, for which it sends a 401 with a challenge. */
export function isMissingRole({ errorCode = '' }: ErrorResponse): boolean {
  return MISSING_ROLE_CODES.includes(errorCode)
}

/** The first row that applies to a response other than 2xx. */
export function findRow(
  { status, errorCode = '', detail = '', isAtlas }: ErrorResponse,
  credential: CredentialKind,
): ResponseRow {
  const hundred = `${Math.floor(status / 100)}xx`
  const names: readonly string[] = [`${status}`, hundred]
  const applies = (row: ResponseRow) =>
    (row.statuses?.some((name) => names.includes(name)) ?? true) &&
    (row.codes?.includes(hundred === '4xx' ? errorCode : '') ?? true) &&
    (row.detail?.test(detail) ?? true) &&
    (row.credential ?? credential) === credential &&
    (row.fromAnyone ?? isAtlas)
  return Object.values<ResponseRow>(RESPONSES).find(applies) ?? RESPONSES.noValidResponse
}
