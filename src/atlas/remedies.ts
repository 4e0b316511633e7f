import { isIP } from 'node:net'
import type { Refusal } from './errors.js'

/** What a refusal means to the user: the annotation's headline and what to do. */
export interface Explanation {
  readonly title: string
  readonly remedy: string
}

/** A row of the table: the Atlas error codes, or the HTTP statuses, that it explains. */
interface Row {
  readonly codes?: readonly string[]
  readonly statuses?: readonly number[]
  explain(refusal: Refusal): Explanation
}

/** The codes of a 401 that say that the key is right but may not do this (Atlas does not answer 403 here). */
export const ROLE_MISSING_CODES: readonly string[] = ['USER_UNAUTHORIZED', 'NOT_IN_GROUP']

const ACCESS_LIST_CODES = [
  'IP_ADDRESS_NOT_ON_ACCESS_LIST',
  'ORG_REQUIRES_ACCESS_LIST',
  'IP_ADDRESS_NOT_ON_WHITELIST',
  'ORG_REQUIRES_WHITELIST',
]

/** First the rows that know the code, then those that know only the status. */
const ROWS: readonly Row[] = [
  {
    codes: ROLE_MISSING_CODES,
    explain: () => ({
      title: 'The API key lacks the role',
      remedy:
        'Give the API key the project role "Project Backup Creator" ("Project Backup Manager" in projects that do not have it yet) in the project that group-id names.',
    }),
  },
  {
    codes: ACCESS_LIST_CODES,
    explain: ({ parameters }) => {
      const ip = parameters.find((parameter) => isIP(parameter) !== 0)
      return {
        title: 'The API access list lacks this runner',
        remedy: `Add ${ip === undefined ? "the runner's IP address" : `the runner's IP address ${ip}`} to the API access list of the API key itself (in Atlas under Access Manager, API Keys), which is not the project's IP access list; hosted runners change their address from job to job.`,
      }
    },
  },
  {
    codes: ['GROUP_NOT_FOUND'],
    explain: () => ({
      title: 'Atlas project not found',
      remedy:
        'Check group-id: it is the id of the Atlas project, and the API key must belong to that project.',
    }),
  },
  {
    codes: ['CLUSTER_NOT_FOUND'],
    explain: () => ({
      title: 'Cluster not found',
      remedy:
        'Check cluster-name (it is case-sensitive) and that group-id names the project that holds the cluster.',
    }),
  },
  {
    codes: ['SNAPSHOT_NOT_FOUND'],
    explain: () => ({
      title: 'Snapshot not found',
      remedy:
        'Look at the backups of the cluster in Atlas: the snapshot was deleted, or belongs to another cluster.',
    }),
  },
  {
    codes: [
      'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID',
      'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY',
    ],
    explain: () => ({
      title: 'Atlas does not allow this retention',
      remedy:
        "Set retention-days to what the project's backup policy, or its Backup Compliance Policy, allows.",
    }),
  },
  {
    codes: [
      'INSUFFICIENT_INSTANCE_SIZE',
      'PROVIDER_BACKUP_NOT_SUPPORTED',
      'BACKUP_JOB_NOT_FOUND',
      'BACKUP_CONFIG_NOT_FOUND',
    ],
    explain: () => ({
      title: 'This cluster has no cloud backup',
      remedy:
        'Turn on Cloud Backup for the cluster in Atlas; on-demand snapshots need a dedicated cluster, M10 or larger.',
    }),
  },
  {
    statuses: [401],
    explain: () => ({
      title: 'Atlas does not accept the API key',
      remedy:
        'Check that public-key and private-key are the two halves of one API key that still exists, and that base-url is the Atlas it belongs to.',
    }),
  },
  {
    statuses: [402],
    explain: () => ({
      title: 'Atlas wants its billing settled',
      remedy:
        "Settle the organization's billing in Atlas (payment method, suspended account), then run this again.",
    }),
  },
  {
    statuses: [403],
    explain: () => ({
      title: 'Atlas forbids this',
      remedy: 'Check in Atlas the project roles of the API key, and the API access list of the key.',
    }),
  },
  {
    statuses: [404],
    explain: () => ({
      title: 'Atlas does not know this',
      remedy: 'Check group-id, cluster-name and base-url, and that the API key may see the project.',
    }),
  },
  {
    statuses: [406, 410],
    explain: () => ({
      title: 'Atlas does not speak this API version',
      remedy: 'Leave api-version at its default, and use the newest release of this action.',
    }),
  },
  {
    statuses: [400],
    explain: () => ({
      title: 'Atlas refused the request',
      remedy: 'Correct the inputs by what Atlas says, and run this again.',
    }),
  },
]

/** Explains a refusal by its code, else by its status. */
export function explain(refusal: Refusal): Explanation {
  const { errorCode, status } = refusal
  const row =
    ROWS.find(({ codes }) => errorCode !== undefined && codes?.includes(errorCode)) ??
    ROWS.find(({ statuses }) => statuses?.includes(status))
  return (
    row?.explain(refusal) ?? {
      title: `Atlas refused the request with HTTP ${status}`,
      remedy:
        'Look the code up in the documentation of the Atlas Admin API; repeating the request does not help.',
    }
  )
}
