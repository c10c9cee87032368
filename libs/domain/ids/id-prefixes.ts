/**
 * Every public id that stands for a uuid: prefix -> what it names. The list is closed so that two entities
 * can never share a prefix, and so that the id of one is refused where another is expected.
 */
export const ID_ENTITIES = {
  acc: 'account',
  adj: 'credit adjustment',
  alr: 'credit alert',
  aud: 'audit log entry',
  bat: 'batch',
  cmp: 'campaign',
  con: 'contact',
  ent: 'ledger entry',
  evt: 'event',
  gw: 'gateway',
  hld: 'hold',
  imp: 'import',
  inb: 'inbound message',
  inv: 'invoice',
  key: 'API key',
  lst: 'contact list',
  med: 'media file',
  mem: 'member',
  pay: 'payment',
  prc: 'price',
  rte: 'route',
  ses: 'session',
  snd: 'sender',
  sup: 'suppression',
  tpl: 'template',
  trf: 'transfer',
  vrf: 'verification',
  wal: 'wallet',
  whe: 'webhook endpoint',
  whd: 'webhook delivery',
} as const;

export type IdPrefix = keyof typeof ID_ENTITIES;

export const isIdPrefix = (text: string): text is IdPrefix => Object.hasOwn(ID_ENTITIES, text);
