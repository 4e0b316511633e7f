import { isIP } from 'node:net'
import type { ErrorReport } from '../failure.js'
import { TITLES } from '../titles.js'
import { type CredentialKind, credentialLabel } from './credentials.js'
import type { ErrorResponse } from './errors.js'

/** What an error means to the user: the title of the annotation and what to do. */
export type Explanation = Pick<ErrorReport, 'title' | 'remedy'>

/**
 * A row of the table below, for Atlas error codes or else for HTTP statuses. `{credential}` stands for the kind of
 * credentials, `{address}` for the runner's address, `{status}` for the HTTP status.
 */
export interface Remedy extends Explanation {
  readonly codes?: readonly string[]
  readonly statuses?: readonly number[]
  /** For one kind of credentials only. */
  readonly credential?: CredentialKind
  /** The page of Atlas's documentation that says more. */
  readonly link?: string
  /** Whether the cluster itself can tell more than the error response. */
  readonly needsClusterDiagnosis?: boolean
}

/** The codes of a 401 to credentials that are right but lack the role (Atlas does not use 403 here). */
export const ROLE_MISSING_CODES: readonly string[] = ['USER_UNAUTHORIZED', 'NOT_IN_GROUP']

/** Atlas's documentation. */
export const DOCS = 'https://www.mongodb.com/docs/atlas'

/**
 * First the rows by code, then those by status. None says to run the step again, because a step that has a snapshot by
 * then would take a second one.
 */
export const REMEDIES: readonly Remedy[] = [
  {
    codes: ROLE_MISSING_CODES,
    title: TITLES.missingRole,
    remedy:
      'Give the {credential} the project role "Project Backup Creator" ("Project Backup Manager" in projects that do not have it yet) in the project that group-id names.',
    link: `${DOCS}/reference/user-roles/`,
  },
  {
    codes: [
      'IP_ADDRESS_NOT_ON_ACCESS_LIST',
      'ORG_REQUIRES_ACCESS_LIST',
      'IP_ADDRESS_NOT_ON_WHITELIST',
      'ORG_REQUIRES_WHITELIST',
    ],
    title: TITLES.notOnAccessList,
    remedy:
      "Add {address} to the API access list of the {credential} itself, which is not the project's IP access list; hosted runners change their address from job to job.",
    link: `${DOCS}/configure-api-access/`,
  },
  {
    codes: ['invalid_client', 'unauthorized_client', 'invalid_grant'],
    title: TITLES.invalidClientSecret,
    remedy:
      'Check that client-id and client-secret belong to one service account, that the secret has not expired, and that base-url is the Atlas it belongs to.',
    link: `${DOCS}/configure-api-access/`,
  },
  {
    codes: ['GROUP_NOT_FOUND'],
    title: TITLES.projectNotFound,
    remedy:
      'Check group-id: it is the id of the Atlas project, and the {credential} must belong to that project.',
  },
  {
    codes: ['CLUSTER_NOT_FOUND'],
    title: TITLES.clusterNotFound,
    remedy:
      'Check cluster-name (it is case-sensitive) and that group-id names the project that holds the cluster.',
  },
  {
    codes: ['SNAPSHOT_NOT_FOUND'],
    title: TITLES.snapshotNotFound,
    remedy:
      'Look at the backups of the cluster in Atlas: the snapshot was deleted, has expired, or belongs to another cluster.',
  },
  {
    codes: [
      'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID',
      'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY',
    ],
    title: TITLES.retentionNotAllowed,
    remedy:
      "Set retention-days to what the project's backup policy, or its Backup Compliance Policy, allows.",
    link: `${DOCS}/backup/cloud-backup/backup-compliance-policy/`,
  },
  {
    codes: ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'],
    title: TITLES.flexCluster,
    remedy: 'Use a dedicated cluster, M10 or larger.',
    link: `${DOCS}/backup/cloud-backup/overview/`,
  },
  {
    codes: [
      'INSUFFICIENT_INSTANCE_SIZE',
      'PROVIDER_BACKUP_NOT_SUPPORTED',
      'BACKUP_JOB_NOT_FOUND',
      'BACKUP_CONFIG_NOT_FOUND',
    ],
    title: TITLES.noCloudBackup,
    remedy: 'Use a dedicated cluster, M10 or larger, with Cloud Backup turned on.',
    link: `${DOCS}/backup/cloud-backup/overview/`,
    needsClusterDiagnosis: true,
  },
  {
    statuses: [401],
    credential: 'apiKey',
    title: TITLES.invalidApiKey,
    remedy:
      'Check that public-key and private-key are the two halves of one API key that still exists, and that base-url is the Atlas it belongs to.',
    link: `${DOCS}/configure-api-access/`,
  },
  {
    statuses: [401],
    credential: 'serviceAccount',
    title: TITLES.invalidServiceAccount,
    remedy:
      'Check that the service account still exists and belongs to the project that group-id names, and that base-url is the Atlas it belongs to.',
    link: `${DOCS}/configure-api-access/`,
  },
  {
    statuses: [402],
    title: TITLES.paymentRequired,
    remedy: "Settle the organization's billing in Atlas (payment method, suspended account).",
    link: `${DOCS}/billing/`,
  },
  {
    statuses: [403],
    title: TITLES.forbidden,
    remedy:
      'Check in Atlas the project roles of the {credential}, and the API access list of the {credential}.',
    link: `${DOCS}/configure-api-access/`,
  },
  {
    statuses: [404],
    title: TITLES.notFound,
    remedy: 'Check group-id, cluster-name and base-url, and that the {credential} may see the project.',
    needsClusterDiagnosis: true,
  },
  {
    statuses: [406, 410],
    title: TITLES.unsupportedApiVersion,
    remedy: 'Leave api-version at its default, and use the newest release of this action.',
    link: `${DOCS}/api/versioned-api-overview/`,
  },
  {
    statuses: [400],
    title: TITLES.badRequest,
    remedy: 'Correct the inputs by what Atlas says.',
    needsClusterDiagnosis: true,
  },
]

/** For all other errors. */
const UNKNOWN: Remedy = {
  title: TITLES.requestRejected,
  remedy:
    'Look the code up in the documentation of the Atlas Admin API; repeating the request does not help.',
  needsClusterDiagnosis: true,
}

const NO_DETAIL_HINT =
  'The answer does not say why, as those of Atlas do: check base-url and the proxies on the way, too.'

/** The title and remedy for an error response, by its code, else by its status. */
export function getRemedy(error: ErrorResponse, credential: CredentialKind): Explanation {
  const { title, remedy } = withLink(findRow(error, credential))
  const address = error.parameters.find((parameter) => isIP(parameter) !== 0)
  const fill = (text: string) =>
    text
      .replaceAll('{credential}', credentialLabel(credential))
      .replaceAll('{address}', `the runner's IP address${address === undefined ? '' : ` ${address}`}`)
  return { title, remedy: fill(hasNoDetail(error) ? `${remedy} ${NO_DETAIL_HINT}` : remedy) }
}

/** A row with its link at the end of the remedy's last sentence. */
export function withLink({ title, remedy, link }: Remedy): Explanation {
  return { title, remedy: link === undefined ? remedy : remedy.replace(/\.$/, ` (${link}).`) }
}

/** Whether a 401 says that the credentials are right but lack the role. */
export function isRoleMissing({ errorCode }: ErrorResponse): boolean {
  return ROLE_MISSING_CODES.includes(errorCode ?? '')
}

/** Whether the cluster itself can tell more than the error response. */
export function needsClusterDiagnosis(error: ErrorResponse): boolean {
  return findRow(error, 'apiKey').needsClusterDiagnosis === true
}

/** Whether nothing but the status says that it was Atlas that responded. */
function hasNoDetail({ errorCode, detail }: ErrorResponse): boolean {
  return errorCode === undefined && detail === undefined
}

function findRow({ errorCode, status }: ErrorResponse, credential: CredentialKind): Remedy {
  const rows = REMEDIES.filter((row) => row.credential === undefined || row.credential === credential)
  return (
    rows.find(({ codes }) => errorCode !== undefined && codes?.includes(errorCode)) ??
    rows.find(({ statuses }) => statuses?.includes(status)) ??
    UNKNOWN
  )
}
