export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)}%`
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`
}
