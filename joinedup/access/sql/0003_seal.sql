-- The sealer hash-chains committed rows of both logs in batches. Chaining inside each act's transaction would hold one
-- lock for every page. Verification recomputes every digest and names each row that was edited, deleted or moved.

create sequence access.seal_id;
create table access_seal (
    id bigint primary key,
    log varchar(10) not null,
    sealed_at timestamptz not null default clock_timestamp(),
    entries integer not null,
    head varchar(64) not null,
    through timestamptz not null,
    constraint seal_log_known check (log in ('log', 'history'))
);
create table access_sealentry (
    log varchar(10) not null,
    position bigint not null,
    entry_id bigint not null,
    entry_at timestamptz not null,
    seal_id bigint not null references access_seal (id) deferrable initially deferred,
    row_digest bytea not null,
    chain bytea not null,
    primary key (log, position),
    constraint entry_sealed_once unique (log, entry_id)
);
create trigger log_is_append_only before update or delete on access_seal
    for each row execute function access.refuse_change();
create trigger log_is_append_only before update or delete on access_sealentry
    for each row execute function access.refuse_change();
create trigger log_is_never_emptied before truncate on access_seal
    for each statement execute function access.refuse_change();
create trigger log_is_never_emptied before truncate on access_sealentry
    for each statement execute function access.refuse_change();

-- The digest of one row of a log; to_jsonb under a fixed time zone makes it the same on every connection, and columns
-- that hold nothing are left out, so that a column added later changes no digest made before.
create function access.logentry_digest(entry access_logentry) returns bytea stable set timezone = 'UTC' begin atomic
    select sha256(convert_to(jsonb_object_agg(k, v)::text, 'UTF8')) from jsonb_each(to_jsonb(entry)) c (k, v)
    where v <> 'null';
end;
create function access.rowhistory_digest(entry access_rowhistory) returns bytea stable set timezone = 'UTC' begin atomic
    select sha256(convert_to(jsonb_object_agg(k, v)::text, 'UTF8')) from jsonb_each(to_jsonb(entry)) c (k, v)
    where v <> 'null';
end;

-- Seals at most `most` committed and unsealed rows of a log, oldest first; returns how many. It looks back one hour
-- behind the newest row that was sealed before, for rows of transactions that committed late: none lives longer, because
-- servers end one that idles for 15 minutes. However long nothing was sealed, nothing is passed over.
create function access.seal(which text, most integer) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare chain bytea; place_in_chain bigint; batch bigint; n integer := 0; entry record;
    reached timestamptz; since timestamptz;
begin
    if which not in ('log', 'history') then
        raise exception 'There is no log called that.' using errcode = 'invalid_parameter_value';
    end if;
    perform pg_advisory_xact_lock(hashtext('access.seal.' || which));
    select e.chain, e.position into chain, place_in_chain from access_sealentry e where e.log = which
        order by e.position desc limit 1;
    chain := coalesce(chain, sha256(convert_to('joinedup ' || which, 'UTF8')));
    place_in_chain := coalesce(place_in_chain, 0);
    select s.through into reached from access_seal s where s.log = which order by s.id desc limit 1;
    reached := coalesce(reached, '-infinity');
    since := reached - interval '1 hour';
    for entry in
        select * from (
            select l.id, l.at, access.logentry_digest(l) as digest from access_logentry l
            where which = 'log' and l.at > since
              and not exists (select from access_sealentry e where e.log = 'log' and e.entry_id = l.id)
            union all
            select h.id, h.at, access.rowhistory_digest(h) from access_rowhistory h
            where which = 'history' and h.at > since
              and not exists (select from access_sealentry e where e.log = 'history' and e.entry_id = h.id)
        ) unsealed order by at, id limit most
    loop
        batch := coalesce(batch, nextval('access.seal_id'));
        chain := sha256(chain || entry.digest);
        place_in_chain := place_in_chain + 1;
        n := n + 1;
        reached := greatest(reached, entry.at);
        insert into access_sealentry values (which, place_in_chain, entry.id, entry.at, batch, entry.digest, chain);
    end loop;
    if n > 0 then
        insert into access_seal (id, log, entries, head, through)
        values (batch, which, n, encode(chain, 'hex'), reached);
    end if;
    return n;
end $$;

-- Walks a sealed chain and names every fault; nothing comes back from a log that is whole.
create function access.verify(which text)
returns table (position_in_chain bigint, entry_id bigint, seal_id bigint, fault text)
stable security definer set search_path = pg_catalog, public, pg_temp language sql as $$
    with held as (
        select l.id, l.at, access.logentry_digest(l) as digest from access_logentry l where which = 'log'
        union all
        select h.id, h.at, access.rowhistory_digest(h) from access_rowhistory h where which = 'history'
    ), walked as (
        select e.*, held.digest,
            lag(e.chain, 1, sha256(convert_to('joinedup ' || which, 'UTF8'))) over (order by e.position) as before,
            lag(e.position, 1, 0::bigint) over (order by e.position) as position_before
        from access_sealentry e left join held on held.id = e.entry_id
        where e.log = which
    )
    select w.position, w.entry_id, w.seal_id, 'deleted' from walked w where w.digest is null
    union all
    select w.position, w.entry_id, w.seal_id, 'edited' from walked w where w.digest <> w.row_digest
    union all
    select w.position, w.entry_id, w.seal_id, 'reordered' from walked w
        where w.chain <> sha256(w.before || w.row_digest) and w.position = w.position_before + 1
    union all
    select w.position, w.entry_id, w.seal_id, 'entries before it are missing' from walked w
        where w.position <> w.position_before + 1
    union all
    select null, null, s.id, 'seal disagrees with its entries' from access_seal s
        left join lateral (select e.chain, count(*) over () as n from access_sealentry e
            where e.log = which and e.seal_id = s.id order by e.position desc limit 1) tail on true
        where s.log = which and (tail.chain is null or s.head <> encode(tail.chain, 'hex') or s.entries <> tail.n)
    union all
    select null, held.id, null, 'slipped in behind the seals' from held
        where held.at <= (select max(through) - interval '1 hour' from access_seal where log = which)
          and not exists (select from access_sealentry e where e.log = which and e.entry_id = held.id)
    order by 1 nulls last, 2
$$;

-- How many committed rows wait for a seal.
create function access.unsealed(which text) returns bigint
stable security definer set search_path = pg_catalog, public, pg_temp language sql as $$
    select case which
        when 'log' then (select count(*) from access_logentry l
            where not exists (select from access_sealentry e where e.log = 'log' and e.entry_id = l.id))
        else (select count(*) from access_rowhistory h
            where not exists (select from access_sealentry e where e.log = 'history' and e.entry_id = h.id)) end
$$;

alter table access_seal enable row level security;
alter table access_sealentry enable row level security;
create policy sealer on access_seal for select to worker using (true);
revoke execute on all functions in schema access from public;
grant execute on function access.seal(text, integer), access.verify(text), access.unsealed(text) to worker;
