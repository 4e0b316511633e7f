interface GanttTask {
  readonly id: string
  readonly section: string
  readonly startTime: Date
  readonly endTime: Date
  readonly active?: boolean
  readonly done?: boolean
  readonly crit?: boolean
  readonly milestone?: boolean
}

interface GanttDatabase {
  readonly getTasks: () => readonly GanttTask[]
}

/** The parts of `mermaid.min.js` that the page uses. */
declare const mermaid: {
  readonly initialize: (config: Readonly<Record<string, unknown>>) => void
  readonly render: (id: string, source: string, container: Element) => Promise<{ readonly svg: string }>
  readonly mermaidAPI: {
    readonly getDiagramFromText: (
      source: string,
    ) => Promise<{ readonly type: string; readonly db: GanttDatabase }>
  }
}
