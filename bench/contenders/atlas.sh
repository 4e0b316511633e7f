#!/usr/bin/env bash
# The same job with the Atlas CLI, whose own wait looks every 4 s.
set -euo pipefail

export MONGODB_ATLAS_PUBLIC_API_KEY=$PUBLIC_KEY MONGODB_ATLAS_PRIVATE_API_KEY=$PRIVATE_KEY
export MONGODB_ATLAS_PROJECT_ID=$GROUP_ID MONGODB_ATLAS_OPS_MANAGER_URL=$BASE_URL/
export MONGODB_ATLAS_SKIP_UPDATE_CHECK=yes MONGODB_ATLAS_TELEMETRY_ENABLED=false

id=$(atlas backups snapshots create "$CLUSTER_NAME" --desc atlas --retention 7 --output json | jq --raw-output .id)
echo "snapshot-id=$id" >>"$GITHUB_OUTPUT"
if [ "$WAIT" = true ]; then atlas backups snapshots watch "$id" --clusterName "$CLUSTER_NAME"; fi
