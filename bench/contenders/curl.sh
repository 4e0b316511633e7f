#!/usr/bin/env bash
# What people write today: curl and jq, a look every 4 s, and no thought of what may go wrong.
set -euo pipefail

snapshots="$BASE_URL/api/atlas/v2/groups/$GROUP_ID/clusters/$CLUSTER_NAME/backup/snapshots"
type='application/vnd.atlas.2023-01-01+json'

atlas() {
  curl --silent --show-error --fail --digest --user "$PUBLIC_KEY:$PRIVATE_KEY" \
    --header "Accept: $type" --header "Content-Type: $type" "$@"
}

id=$(atlas --data '{"description": "curl", "retentionInDays": 7}' "$snapshots" | jq --raw-output .id)
echo "snapshot-id=$id" >>"$GITHUB_OUTPUT"
if [ "$WAIT" != true ]; then exit; fi

status=queued
while [ "$status" = queued ] || [ "$status" = inProgress ]; do
  sleep 4
  status=$(atlas "$snapshots/$id" | jq --raw-output .status)
  echo "$status"
done
[ "$status" = completed ]
