-- seller_id is only what data of the marketplace named; what somebody said stands apart until data names it.
alter table store add column claimed_seller_id text;
-- when data last proved it for new credentials, or first named it
alter table store add column seller_proven_at bigint;
-- when the same seller's newer permission was proven in another account
alter table store add column superseded_at bigint;
-- 1: the new permission counts only when data names the seller of the store
alter table connect_session add column must_name integer not null default 0;

-- MWS answers a seller ID and token as a pair, so a pair that was ever answered is proven.
update store set seller_proven_at = first_ok_at
  where seller_id is not null and first_ok_at is not null and marketplace = 'amazon-mws';
update store set seller_proven_at = (
    select max(o.at) from observation o
    where o.store_id = store.id
      and o.body like '%"sellerId":"' || store.seller_id || '"%'
      and o.body like '%"answer":"ok"%'
      and (o.body like '%"rung":"identity"%' or o.body like '%"rung":"capability"%'))
  where seller_id is not null and marketplace <> 'amazon-mws';
update store set claimed_seller_id = seller_id, seller_id = null
  where seller_id is not null and seller_proven_at is null;

create index store_claimed on store (account_id, marketplace, region, claimed_seller_id) where claimed_seller_id is not null;
