import { isIP } from 'node:net'
import type { ErrorReport } from '../action-error.js'
import { TITLES } from '../titles.js'
import { type CredentialKind, credentialLabel } from './credentials.js'
import type { ErrorResponse } from './error-response.js'

/** Title of the annotation, which is a heading of docs/troubleshooting.md, and what to do. */
export type Explanation = Pick<ErrorReport, 'title' | 'remedy'>

/**
 * What to do about Atlas error codes or HTTP statuses. In `remedy`, `{credential}` stands for the kind of credentials and
 * `{address}` for the runner's address.
 */
export interface Remedy extends Explanation {
  readonly codes?: readonly string[]
  readonly statuses?: readonly number[]
  /** If set, the row is only for this kind of credentials. */
  readonly credential?: CredentialKind
  /** A page of the Atlas documentation. */
  readonly link?: string
  /** Whether reading the cluster can show the reason. */
  readonly needsClusterDiagnosis?: boolean
}

/** Codes of a 401 for valid credentials without the role. Atlas does not use 403 here. */
const ROLE_MISSING_CODES: readonly string[] = ['USER_UNAUTHORIZED', 'NOT_IN_GROUP']

/** The Atlas documentation. */
const DOCS = 'https://www.mongodb.com/docs/atlas'

/**
 * Rows by code, then by status, then by the settings of the cluster. A row suggests a re-run only if no change to the
 * workflow is part of the fix, because a re-run uses the workflow of its own commit.
 */
export const REMEDIES = {
  missingRole: {
    codes: ROLE_MISSING_CODES,
    title: 'Missing project role',
    remedy:
      'Give the {credential} the "Project Backup Creator" role, which includes "Project Read Only", in the project that group-id identifies. If Atlas does not list that role, use "Project Backup Manager".',
    link: `${DOCS}/reference/user-roles/`,
  },
  notOnAccessList: {
    codes: [
      'IP_ADDRESS_NOT_ON_ACCESS_LIST',
      'ORG_REQUIRES_ACCESS_LIST',
      'IP_ADDRESS_NOT_ON_WHITELIST',
      'ORG_REQUIRES_WHITELIST',
    ],
    title: 'IP address not on API access list',
    remedy:
      "Use a runner with a fixed address. Standard GitHub-hosted runners have none. Add {address} to the API access list of the {credential}, not to the project's IP access list.",
    link: `${DOCS}/configure-api-access/`,
  },
  invalidClientSecret: {
    codes: ['invalid_client', 'unauthorized_client', 'invalid_grant'],
    title: 'Client secret rejected',
    remedy:
      'Most often, the secret has expired. A Project Owner or Organization Owner can create a new one in Atlas. Save it in the GitHub secret that client-secret uses. Otherwise, check that client-id and client-secret belong to the same service account. Also check base-url.',
    link: `${DOCS}/configure-api-access/`,
  },
  projectNotFound: {
    codes: ['GROUP_NOT_FOUND'],
    title: 'Project not found',
    remedy:
      'Check that group-id is the ID of the Atlas project and that the {credential} belongs to that project.',
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
      "Set retention-days to a value that the project's backup policy and Backup Compliance Policy allow.",
    link: `${DOCS}/backup/cloud-backup/backup-compliance-policy/`,
  },
  flexCluster: {
    codes: ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'],
    title: 'Flex cluster not supported',
    remedy: 'Use a dedicated cluster, M10 or larger.',
    link: `${DOCS}/backup/cloud-backup/overview/`,
  },
  noCloudBackup: {
    codes: [
      'INSUFFICIENT_INSTANCE_SIZE',
      'PROVIDER_BACKUP_NOT_SUPPORTED',
      'BACKUP_JOB_NOT_FOUND',
      'BACKUP_CONFIG_NOT_FOUND',
    ],
    title: 'Cloud Backup not available',
    remedy: 'Use a dedicated cluster, M10 or larger, with Cloud Backup turned on.',
    link: `${DOCS}/backup/cloud-backup/overview/`,
    needsClusterDiagnosis: true,
  },
  invalidApiKey: {
    statuses: [401],
    credential: 'apiKey',
    title: 'API key rejected',
    remedy:
      'Check that public-key and private-key belong to the same API key and that the key still exists. Also check base-url.',
    link: `${DOCS}/configure-api-access/`,
  },
  invalidServiceAccount: {
    statuses: [401],
    credential: 'serviceAccount',
    title: 'Service account rejected',
    remedy:
      'Check that the service account still exists and belongs to the project that group-id identifies. Also check base-url.',
    link: `${DOCS}/configure-api-access/`,
  },
  paymentRequired: {
    statuses: [402],
    title: 'Payment required',
    remedy:
      "Check the organization's billing in Atlas, for example the payment method or a suspended account.",
    link: `${DOCS}/billing/`,
  },
  forbidden: {
    statuses: [403],
    title: 'Access denied',
    remedy: 'Check the project roles and the API access list of the {credential} in Atlas.',
    link: `${DOCS}/configure-api-access/`,
  },
  notFound: {
    statuses: [404],
    title: 'Not found in Atlas',
    remedy:
      'Check group-id, cluster-name, and base-url. Check that the {credential} has access to the project.',
    needsClusterDiagnosis: true,
  },
  unsupportedApiVersion: {
    statuses: [406, 410],
    title: 'Unsupported Atlas API version',
    remedy: 'Use the default api-version and the latest release of this action.',
    link: `${DOCS}/api/versioned-api-overview/`,
  },
  badRequest: {
    statuses: [400],
    title: 'Bad request',
    remedy: 'Correct the inputs as the message from Atlas describes.',
    needsClusterDiagnosis: true,
  },
  instanceTooSmall: {
    title: 'Cluster tier too small',
    remedy: 'Use a dedicated cluster, M10 or larger.',
    link: `${DOCS}/backup/cloud-backup/overview/`,
  },
  clusterPaused: {
    title: 'Cluster paused',
    remedy: 'Resume the cluster in Atlas, then re-run the job.',
    link: `${DOCS}/pause-terminate-cluster/`,
  },
  backupDisabled: {
    title: 'Cloud Backup turned off',
    remedy: "Turn on Cloud Backup in the cluster's configuration in Atlas.",
    link: `${DOCS}/backup/cloud-backup/overview/`,
  },
  clusterUnavailable: {
    title: 'Cluster not ready',
    remedy: 'Check cluster-name. If Atlas is creating the cluster, re-run the job when the cluster is ready.',
  },
} as const satisfies Record<string, Remedy>

const ROWS: readonly Remedy[] = Object.values(REMEDIES)

/** For all other errors. */
const UNKNOWN: Remedy = {
  title: TITLES.requestRejected,
  remedy: 'Look up the error code in the Atlas Admin API documentation.',
  needsClusterDiagnosis: true,
}

/** The title and remedy for an error response, by its code or else by its status. */
export function getRemedy(error: ErrorResponse, credential: CredentialKind): Explanation {
  const { title, remedy } = withLink(findRow(error, credential))
  const address = error.parameters.find((parameter) => isIP(parameter) !== 0)
  const fill = (text: string) =>
    text
      .replaceAll('{credential}', credentialLabel(credential))
      .replaceAll('{address}', `the runner's IP address${address === undefined ? '' : ` ${address}`}`)
  return { title, remedy: fill(remedy) }
}

/** A row with its link in the remedy. */
export function withLink({ title, remedy, link }: Remedy): Explanation {
  return { title, remedy: link === undefined ? remedy : `${remedy} See ${link}.` }
}

/** Whether a 401 means that the credentials are valid but lack the role. */
export function isRoleMissing({ errorCode }: ErrorResponse): boolean {
  return ROLE_MISSING_CODES.includes(errorCode ?? '')
}

/** Whether reading the cluster can show the reason for the error. */
export function needsClusterDiagnosis(error: ErrorResponse): boolean {
  return findRow(error, 'apiKey').needsClusterDiagnosis === true
}

function findRow({ errorCode, status }: ErrorResponse, credential: CredentialKind): Remedy {
  const rows = ROWS.filter((row) => row.credential === undefined || row.credential === credential)
  return (
    rows.find(({ codes }) => errorCode !== undefined && codes?.includes(errorCode)) ??
    rows.find(({ statuses }) => statuses?.includes(status)) ??
    UNKNOWN
  )
}
