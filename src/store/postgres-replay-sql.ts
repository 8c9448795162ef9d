/** The tables of the replay keys that several machines share; rules as in registers-schema.ts. */
export const replayMigrations: readonly string[] = [
  `
  -- ticket, owner, secret_hash: null when nobody may ask again; owner '' when no process has it
  create table replay_key (
    id bigint generated always as identity primary key,
    digest text collate "C" not null unique,
    signer text collate "C" not null,
    message_id text collate "C",
    expires_at_ms bigint not null,
    ticket text,
    attempt integer not null,
    owner text collate "C",
    -- of the owner, in which it took the message
    turn bigint not null,
    secret_hash text,
    completed boolean not null
  ) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
  create unique index replay_key_by_message_id on replay_key (signer, message_id)
    where message_id is not null;
  create index replay_key_by_expiry on replay_key (expires_at_ms, id);

  -- id is that of the replay key: the oldest message has the lowest
  create table kept_answer (
    id bigint primary key,
    size integer not null,
    sealed bytea not null
  ) with (autovacuum_vacuum_scale_factor = 0.05);
  alter table kept_answer alter column sealed set storage external;

  -- the process that lives in each place; owner null: none. turn counts what it wrote
  create table process (
    node text not null,
    number integer not null,
    owner text collate "C" unique,
    turn bigint not null,
    primary key (node, number)
  ) with (fillfactor = 20);

  -- what each place has added to and taken from kept_answer: their sum is what is there, and no two processes wait for each other
  create table kept_answer_total (
    node text not null,
    number integer not null,
    count bigint not null,
    bytes bigint not null,
    primary key (node, number)
  ) with (fillfactor = 20);
  `,
]

/**
 * $1 owner, $2 turn. Writes only while this process holds its place and the database knows of its last turn; what it writes has the next one.
 * One statement is one transaction.
 */
const fence = `
  me as (
    update process set turn = turn + 1 where owner = $1 and turn = $2 returning node, number, turn
  )`

/** Takes what a statement removed out of the total of the place of $1. `removed` is a CTE with sizes. */
const uncount = `
  update kept_answer_total t set count = t.count - r.count, bytes = t.bytes - r.bytes
  from process p, (select count(*) as count, coalesce(sum(size), 0) as bytes from removed) r
  where p.owner = $1 and t.node = p.node and t.number = p.number and r.count > 0`

/** Each by its name, under which the server knows its plan. */
export const statements = {
  /**
   * Remembers messages: `mine` is 0 when the fence held everything back. The order keeps two such statements from waiting for each other
   * in a circle: what is unique is taken in the same order by all.
   */
  insertMessages: `
  with ${fence}, fresh as (
    insert into replay_key
      (digest, signer, message_id, expires_at_ms, ticket, attempt, owner, turn, secret_hash, completed)
    select digest, signer, message_id, expires_at_ms, ticket, 1,
      case when ticket is not null then $1 end, $2::bigint + 1, secret_hash, false
    from unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[])
      as m (digest, signer, message_id, expires_at_ms, ticket, secret_hash)
    where exists (select from me)
    order by signer, message_id, digest
    on conflict do nothing
    returning digest
  )
  select (select count(*) from me)::int as mine, array(select digest from fresh) as fresh`,

  /** The columns of a `KnownMessage` with its digest and turn. */
  findMessages: `
  select k.digest, k.ticket, k.attempt, k.owner, k.turn::float8 as turn, k.secret_hash,
    k.completed::int as completed,
    exists (select from process p where p.owner = k.owner)::int as live,
    case when k.completed then (select sealed from kept_answer a where a.id = k.id) end as sealed
  from replay_key k where k.digest = any ($1::text[])`,

  /** $3 digest, $4 owner and $5 turn of before, $6 hash of the secret: takes a message over that nobody else took meanwhile. */
  takeOver: `
  with ${fence}, taken as (
    update replay_key k set attempt = k.attempt + 1, owner = $1, turn = $2::bigint + 1, secret_hash = $6
    where k.digest = $3 and k.owner = $4 and k.turn = $5 and not k.completed
      and not exists (select from process p where p.owner = k.owner) and exists (select from me)
    returning id
  ), removed as (
    delete from kept_answer where id in (select id from taken) returning size
  ), counted as (${uncount})
  select (select count(*) from me)::int as mine, (select count(*) from taken)::int as taken`,

  /**
   * Keeps answers ($2 digests, $3 turns, $4 sealed) within $5 of them and $6 bytes; `asked` is how many could be kept, `taken` are
   * those of others by now.
   */
  keepAnswers: `
  with asked as (
    select k.id, k.digest, a.sealed,
      k.owner = $1 and k.turn = a.turn and not k.completed
        and exists (select from process where owner = $1) as mine
    from unnest($2::text[], $3::bigint[], $4::bytea[]) as a (digest, turn, sealed)
    join replay_key k on k.digest = a.digest
    order by k.digest for no key update of k
  ), mine as (
    select id, sealed from asked a
    where mine and not exists (select from kept_answer o where o.id = a.id)
  ), room as (
    update kept_answer_total t set count = t.count + m.count, bytes = t.bytes + m.bytes
    from process p, (select count(*) as count, coalesce(sum(length(sealed)), 0) as bytes from mine) m
    where p.owner = $1 and t.node = p.node and t.number = p.number
      and (select sum(count) from kept_answer_total) + m.count <= $5
      and (select sum(bytes) from kept_answer_total) + m.bytes <= $6
    returning 1
  ), kept as (
    insert into kept_answer (id, size, sealed)
    select id, length(sealed), sealed from mine where exists (select from room)
    returning id
  )
  select (select count(*) from mine)::int as asked, (select count(*) from kept)::int as kept,
    array(select digest from asked where not mine) as taken`,

  /** Removes the $2 oldest kept answers. */
  dropOldest: `
  with removed as (
    delete from kept_answer
    where id in (select id from kept_answer order by id limit $2 for update skip locked)
    returning size
  ), counted as (${uncount})
  select count(*)::int as count from removed`,

  /** What became of attempts: $2 digests, $3 turns, $4 whether completed, else given free. */
  endAttempts: `
  with ended as (
    select k.id, e.completed
    from unnest($2::text[], $3::bigint[], $4::boolean[]) as e (digest, turn, completed)
    join replay_key k on k.digest = e.digest and k.owner = $1 and k.turn = e.turn
    order by k.digest for no key update of k
  )
  update replay_key k set completed = e.completed, owner = case when e.completed then k.owner else '' end
  from ended e where k.id = e.id`,

  /** Deletes up to $3 messages that expired before $2, with their answers; others may be at it too. */
  removeExpired: `
  with gone as (
    delete from replay_key where id in (
      select id from replay_key where expires_at_ms <= $2 order by expires_at_ms, id limit $3
      for update skip locked
    ) returning id
  ), removed as (
    delete from kept_answer where id in (select id from gone) returning size
  ), counted as (${uncount})
  select count(*)::int as count from gone`,

  /**
   * The clock of the database, and whether $1 keys are there. Between the lowest and the highest id there are as many or fewer: they are
   * counted only where that is not enough.
   */
  lookAround: `
  select extract(epoch from clock_timestamp())::float8 * 1000 as now_ms,
    case when span < $1::bigint then false
      else (select count(*) from (select from replay_key limit $1::bigint) k) >= $1::bigint end as full
  from (select coalesce(max(id) - min(id) + 1, 0) as span from replay_key) s`,

  /** Makes sure that nothing of this process's earlier turns is still to come; `mine` is 0 when the database is not the one it wrote to. */
  nextTurn: `
  with me as (
    update process set turn = $3::bigint
    where owner = $1 and turn between $2::bigint and $3::bigint - 1 returning turn
  )
  select (select count(*) from me)::int as mine`,

  /** Puts back messages of a journal: $1 digests, $2 signers, $3 ids, $4 expiries, $5 tickets, $6 attempts. */
  putBack: `
  insert into replay_key
    (digest, signer, message_id, expires_at_ms, ticket, attempt, owner, turn, secret_hash, completed)
  select digest, signer, message_id, expires_at_ms, ticket, attempt, '', 0, null, false
  from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::integer[])
    as m (digest, signer, message_id, expires_at_ms, ticket, attempt)
  order by signer, message_id, digest
  on conflict do nothing`,

  /** Raises the attempts ($2) of messages ($1) to those of a journal, where they are later. */
  raiseAttempts: `
  with found as (
    select k.id, m.attempt
    from unnest($1::text[], $2::integer[]) as m (digest, attempt)
    join replay_key k on k.digest = m.digest and k.attempt < m.attempt
    order by k.digest for no key update of k
  )
  update replay_key k set attempt = f.attempt from found f where k.id = f.id`,

  /** Whether a message ($1, its digest) was received. */
  isKnown: `select exists (select from replay_key where digest = $1) as known`,

  /** $1 node, $2 number: what the process that had this place left open. The row is locked: it can write nothing meanwhile. */
  findOpen: `
  with place as (
    select owner from process where node = $1 and number = $2 for update
  )
  select digest, ticket from replay_key
  where not completed and owner in (select owner from place)`,

  /** $1 digests. */
  completeMessages: `
  with found as (
    select id from replay_key where digest = any ($1::text[]) and not completed
    order by digest for no key update
  )
  update replay_key set completed = true where id in (select id from found)`,

  /** $1 node, $2 number, $3 owner. */
  claimPlace: `
  insert into process (node, number, owner, turn) values ($1, $2, $3, 0)
  on conflict (node, number) do update set owner = excluded.owner, turn = 0`,

  claimTotal: `
  insert into kept_answer_total (node, number, count, bytes) values ($1, $2, 0, 0)
  on conflict do nothing`,

  /** $1 node: none of its processes lives. */
  freePlaces: `update process set owner = null where node = $1`,
} as const

export type StatementName = keyof typeof statements

/** Asks a statement that gives one row. */
export type Ask = <Row>(name: StatementName, values: unknown[]) => Promise<Row>
