/** Limosa; user_employer: registration number of the user of services, when he is an employer. Its rows come before its indexes. */
export const postingTable = `
  create table if not exists posting (
    posting_id text primary key,
    ssin text not null,
    user_employer text,
    from_date text not null,
    until_date text,
    record text not null
  );`

/**
 * Reference directory: which institution knows which person, in which quality, from when until when (last day included). Its rows
 * come before its index.
 */
export const inscriptionTable = `
  create table if not exists inscription (
    institution text not null,
    ssin text not null,
    register text not null check (register in ('PRIMARY', 'SECONDARY')),
    purpose integer not null,
    from_date text not null,
    until_date text,
    primary key (institution, ssin, register, purpose, from_date)
  );`

/**
 * When a declaration of an employer and quarter about a worker was made, modified or taken back: all that `dmfaChanges` looks for. What is
 * declared now stands in dmfa_worker, with its history; of what was taken back there is no row.
 */
export const dmfaUpdateTable = `
  create table if not exists dmfa_update (
    employer text not null,
    ssin text not null,
    received text not null,
    quarter text not null,
    primary key (employer, ssin, received, quarter)
  ) without rowid;`

/**
 * The tables of `registers.db`, one numbered migration after the other: a migration that was published is never changed.
 * Text and integers only, no engine's own functions, so that PostgreSQL needs the same tables (docs/decisions). Records are
 * JSON as the catalogue's record types have them; columns are what is searched. Dates are `YYYY-MM-DD`, quarters `YYYYQ`:
 * both sort as text. SSINs and other identifiers are text: leading zeros are data.
 */
export const registersMigrations: readonly string[] = [
  `
  create table person (
    ssin text primary key,
    register text not null check (register in ('nationalRegister', 'bisRegister', 'struckOffRegister')),
    status text not null check (status in ('active', 'replaced', 'cancelled')),
    replaced_by text,
    record text not null,
    check ((status = 'replaced') = (replaced_by is not null))
  );

  create table employer (
    nsso_number text primary key,
    enterprise_number text not null,
    natural_person integer not null check (natural_person in (0, 1)),
    record text not null
  );

  -- header: what a worker's answer repeats; unrelated: vehicles and contributions that belong to no person
  create table dmfa_declaration (
    employer text not null,
    quarter text not null,
    header text not null,
    unrelated text not null,
    aggregate text,
    primary key (employer, quarter)
  );

  -- wide rows beside a narrow key: one range of the key per page of workers, one range of the index per worker
  create table dmfa_worker (
    employer text not null,
    quarter text not null,
    ssin text not null,
    record text not null,
    primary key (employer, quarter, ssin)
  );

  -- who works or worked for whom, by a DmfA or a Dimona: the population question in one look-up
  create table employment (
    ssin text not null,
    employer text not null,
    primary key (ssin, employer)
  );

  create table dimona_period (
    period_id text primary key,
    employer text not null,
    ssin text not null,
    from_date text not null,
    until_date text,
    record text not null
  );

  -- reference directory: which institution knows which person, last day included
  create table integration (
    institution text not null,
    ssin text not null,
    from_date text not null,
    until_date text,
    primary key (institution, ssin, from_date)
  );

  create table institution (
    id text primary key,
    record text not null
  );
  `,
  // apart from the tables, so that register-writer.ts makes them once all rows are in
  `
  create index employer_by_enterprise on employer (enterprise_number, nsso_number);
  create index dmfa_worker_by_ssin on dmfa_worker (ssin, quarter, employer);
  create index dimona_period_by_ssin on dimona_period (ssin, employer, from_date);
  create index dimona_period_by_employer on dimona_period (employer, from_date);
  `,
  // the workers of an employer are asked page by page, by their numbers
  `
  drop index dimona_period_by_employer;
  create index dimona_period_by_employer on dimona_period (employer, ssin, from_date);
  `,
  // filled by employer-words.ts; field: part of the record that holds the word
  `
  create table employer_word (
    field text not null check (field in ('name', 'address')),
    word text not null,
    employer text not null,
    primary key (field, word, employer)
  );
  `,
  `
  ${postingTable}
  create index posting_by_person on posting (ssin, from_date);
  create index posting_by_user on posting (user_employer, ssin, from_date);
  `,
  // quality 0 is the definitive inscription; who knows a person by a number that was replaced knows it by its successor too
  `
  ${inscriptionTable}
  insert into inscription (institution, ssin, register, purpose, from_date, until_date)
    select institution, ssin, 'PRIMARY', 0, from_date, until_date from integration;
  drop table integration;
  create index person_by_successor on person (replaced_by) where replaced_by is not null;
  with recursive succession (ssin, successor) as (
    select ssin, replaced_by from person where replaced_by is not null
    union
    select succession.ssin, person.replaced_by from succession
      join person on person.ssin = succession.successor where person.replaced_by is not null
  )
  insert into inscription (institution, ssin, register, purpose, from_date, until_date)
    select institution, successor, register, purpose, from_date, until_date
    from inscription join succession on succession.ssin = inscription.ssin
    where true on conflict do nothing;
  create index inscription_by_person on inscription (ssin, register);

  -- every change that an institution asked for, once for each request of a message
  create table inscription_change (
    message text not null,
    ordinal integer not null,
    action text not null check (action in ('REGISTER', 'UNREGISTER')),
    institution text not null,
    ssin text not null,
    purpose integer not null,
    from_date text not null,
    until_date text,
    at_ms bigint not null,
    primary key (message, ordinal)
  );
  `,
  // filled by person-names.ts: what names sound like (base/phonetic.ts), of numbers in use; given: codes of the first names, each
  // between spaces. Small rows, and all that a search looks at: the key's own tree is the index
  `
  create table person_name (
    code text not null,
    bis integer not null check (bis in (0, 1)),
    birth text not null,
    ssin text not null,
    given text not null,
    sex text not null check (sex in ('', '1', '2')),
    primary key (code, bis, birth, ssin)
  ) without rowid;
  `,
  dmfaUpdateTable,
  // filled by employer-persons.ts: the natural persons who are employers
  `
  create table employer_person (
    ssin text not null,
    employer text not null,
    primary key (ssin, employer)
  ) without rowid;
  `,
  // filled by posting-words.ts: what postings are searched by; entry: the number of the person, user, place or foreign employer
  // that the word leads to
  `
  create table posting_word (
    field text not null,
    word text not null,
    entry text not null,
    primary key (field, word, entry)
  ) without rowid;
  `,
  // the index of names, by register (person-names.ts has their numbers)
  `
  drop table person_name;

  create table person_name (
    code text not null,
    register integer not null check (register between 0 and 2),
    birth text not null,
    ssin text not null,
    given text not null,
    sex text not null check (sex in ('', '1', '2')),
    primary key (code, register, birth, ssin)
  ) without rowid;
  `,
]

/** Registers of an earlier version hold no register of struck-off persons, nor the register of origin of the members of a household. */
export const registersVersionMin = 11
