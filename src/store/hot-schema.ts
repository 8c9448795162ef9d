/** The tables of `hot.db`; rules as in registers-schema.ts. */
export const hotMigrations: readonly string[] = [
  `
  create table replay_key (
    digest text primary key,
    signer text not null,
    message_id text,
    expires_at_ms bigint not null
  );
  create unique index replay_key_by_message_id on replay_key (signer, message_id)
    where message_id is not null;
  create index replay_key_by_expiry on replay_key (expires_at_ms);
  `,
  // the keys themselves come back from the journals at the start that runs this
  `
  drop table replay_key;

  -- ticket, owner, secret_hash: null when nobody may ask again; owner '' and no secret_hash when it was put back from a journal
  create table replay_key (
    id integer primary key,
    digest text not null unique,
    signer text not null,
    message_id text,
    expires_at_ms bigint not null,
    ticket text,
    attempt integer not null,
    owner text,
    secret_hash text,
    completed integer not null check (completed in (0, 1))
  );
  create unique index replay_key_by_message_id on replay_key (signer, message_id)
    where message_id is not null;
  create index replay_key_by_expiry on replay_key (expires_at_ms);

  -- id is that of the replay key: the oldest message has the lowest
  create table kept_answer (id integer primary key, size integer not null, sealed blob not null);
  create table kept_answer_total (count integer not null, bytes bigint not null);
  insert into kept_answer_total (count, bytes) values (0, 0);

  -- the process that lives under each number; what another owner has begun will not be ended by it
  create table process (number integer primary key, owner text not null unique);
  `,
]
