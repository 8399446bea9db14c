import type { Incident, IncidentEvent, IncidentUnderWay } from './incident-file.ts';

/** The languages that auditors of this tool read. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Every word of an incident that is not a fact. */
export interface IncidentWords {
  readonly title: string;
  readonly leftOut: string;
  readonly fact: string;
  readonly value: string;
  readonly made: string;
  readonly ledger: string;
  readonly frozen: string;
  readonly no: string;
  readonly position: string;
  readonly notStarted: string;
  readonly attempt: string;
  readonly reached: string;
  readonly notReached: string;
  readonly deleteStarted: string;
  readonly data: string;
  readonly sensitivity: Readonly<Record<Incident['data'][number]['sensitivity'], string>>;
  readonly underWay: string;
  readonly nothing: string;
  readonly outcome: Readonly<Record<IncidentUnderWay['deletes'][number]['outcome'], string>>;
  readonly cutOff: string;
  readonly resourceType: string;
  readonly count: string;
  readonly events: string;
  readonly entry: string;
  readonly time: string;
  readonly event: string;
  readonly step: string;
  readonly about: string;
  readonly kind: Readonly<Record<IncidentEvent['kind'], string>>;
}

export const wordsOf: Readonly<Record<Language, IncidentWords>> = {
  en: {
    title: 'Incident',
    leftOut:
      "Made from the ledger, the engine's state, and the name and the classes of data in the inventory. Left out on purpose: reasons, names of people, machines, accounts and resources, paths and messages. Whoever may read the ledger finds them under the number of the entry.",
    fact: 'Fact',
    value: 'Value',
    made: 'Made',
    ledger: 'Last ledger entry and its SHA-256',
    frozen: 'Frozen since',
    no: 'not frozen',
    position: 'Where the system stands',
    notStarted: 'not started',
    attempt: 'attempt',
    reached: 'reached',
    notReached: 'entered and not reached yet',
    deleteStarted: 'a delete was recorded, there is no way back',
    data: 'Kinds of data',
    sensitivity: { personal: 'personal', sensitive: 'sensitive', financial: 'financial' },
    underWay: 'What was being done',
    nothing: 'Nothing is half done.',
    outcome: { done: 'deleted', open: 'delete begun, not done', unknown: 'delete begun, end not known' },
    cutOff: 'cut off',
    resourceType: 'Type of resource',
    count: 'Count',
    events: 'What happened',
    entry: 'entry',
    time: 'time (UTC)',
    event: 'event',
    step: 'step',
    about: 'about',
    kind: {
      'store-created': 'evidence store created',
      captured: 'former settings captured',
      approval: 'step approved',
      'approval-withdrawn': 'approval withdrawn',
      'step-entered': 'step entered',
      'delete-started': 'delete begun',
      'step-reached': 'step reached, seen from outside',
      refusal: 'refused',
      'run-failed': 'run failed',
      unlocked: 'lock of an ended process cleared',
      'guard-released': 'lock of a target lifted',
      frozen: 'frozen',
      unfrozen: 'freeze lifted',
    },
  },
  zh: {
    title: '事故记录',
    leftOut:
      '本文件由账本、引擎状态以及清单中的系统名称和数据类别生成。有意省略：原因、人员姓名、机器名、账号名、资源名、路径和消息。有权查阅账本的人可按条目编号找到这些内容。',
    fact: '事项',
    value: '内容',
    made: '生成时间',
    ledger: '账本最后一条及其 SHA-256',
    frozen: '冻结开始时间',
    no: '未冻结',
    position: '系统所处步骤',
    notStarted: '尚未开始',
    attempt: '尝试',
    reached: '已到达',
    notReached: '已进入，尚未到达',
    deleteStarted: '已有删除记录，不可退回',
    data: '数据类型',
    sensitivity: { personal: '个人信息', sensitive: '敏感个人信息', financial: '财务数据' },
    underWay: '当时正在进行的操作',
    nothing: '没有未完成的操作。',
    outcome: { done: '已删除', open: '已开始删除，未完成', unknown: '已开始删除，结果未知' },
    cutOff: '被中断',
    resourceType: '资源类型',
    count: '数量',
    events: '事件经过',
    entry: '条目',
    time: '时间（UTC）',
    event: '事件',
    step: '步骤',
    about: '涉及',
    kind: {
      'store-created': '建立证据库',
      captured: '采集原有设置',
      approval: '批准步骤',
      'approval-withdrawn': '撤回批准',
      'step-entered': '进入步骤',
      'delete-started': '开始删除',
      'step-reached': '到达步骤（已从外部核实）',
      refusal: '拒绝',
      'run-failed': '运行失败',
      unlocked: '清除已结束进程的锁',
      'guard-released': '解除目标的保护锁',
      frozen: '冻结',
      unfrozen: '解除冻结',
    },
  },
};
