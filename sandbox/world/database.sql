-- The database of the sample CRM and its neighbour on the same server, as several people made them with psql over the years.
-- psql -v accounts=1000 -f database.sql runs it; database.ts gives everything the name of its system instead of acme_crm, and
-- the logins their passwords. All names, addresses and numbers are invented.
CREATE ROLE acme_crm_owner NOLOGIN;
CREATE ROLE acme_crm_contacts NOLOGIN;
CREATE ROLE acme_crm_billing NOLOGIN;
CREATE ROLE acme_crm_app LOGIN;
CREATE ROLE acme_crm_reporting LOGIN CONNECTION LIMIT 20;
CREATE ROLE acme_crm_lanting LOGIN;
CREATE ROLE acme_crm_alster LOGIN;
CREATE ROLE acme_crm_dba LOGIN CREATEROLE;
CREATE ROLE acme_crm_ops LOGIN;
CREATE ROLE acme_crm_sealed LOGIN;
CREATE ROLE acme_crm_shop LOGIN;
COMMENT ON ROLE acme_crm_lanting IS 'a customer that fetches its orders by SQL; contract of 2019';
ALTER ROLE acme_crm_reporting SET statement_timeout = 60000;
GRANT acme_crm_contacts, acme_crm_billing TO acme_crm_app;
GRANT acme_crm_owner TO acme_crm_dba, acme_crm_sealed;
GRANT acme_crm_contacts TO acme_crm_ops;
CREATE DATABASE acme_crm OWNER acme_crm_owner;
CREATE DATABASE acme_crm_shop OWNER acme_crm_shop;
\connect acme_crm_shop
CREATE SCHEMA shop AUTHORIZATION acme_crm_shop;
SET ROLE acme_crm_shop;
CREATE TABLE shop.baskets (id integer PRIMARY KEY, article text NOT NULL, changed timestamptz NOT NULL DEFAULT now());
INSERT INTO shop.baskets (id, article) SELECT n, 'article ' || n FROM generate_series(1, 25) n;
\connect acme_crm
SET ROLE acme_crm_owner;
CREATE SCHEMA app;
CREATE SCHEMA crm;
CREATE SCHEMA billing;
-- From before PostgreSQL 15: everybody may make things here.
RESET ROLE;
GRANT CREATE ON SCHEMA public TO PUBLIC;
SET ROLE acme_crm_owner;

CREATE TABLE app.accounts (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login text NOT NULL UNIQUE,
  display_name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('customer', 'partner', 'staff', 'machine', 'administrator')),
  language text NOT NULL CHECK (language IN ('zh', 'en')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  created date NOT NULL
);
CREATE TABLE app.roles (id integer PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE app.permissions (code text PRIMARY KEY, description text NOT NULL);
CREATE TABLE app.account_permissions (
  account_id integer NOT NULL REFERENCES app.accounts,
  permission_code text NOT NULL REFERENCES app.permissions,
  role_id integer REFERENCES app.roles,
  revoked_at timestamptz,
  PRIMARY KEY (account_id, permission_code)
);
CREATE TABLE app.sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id integer NOT NULL REFERENCES app.accounts,
  started timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE app.audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  account_id integer REFERENCES app.accounts,
  what text NOT NULL
);
CREATE TABLE app.erasure_requests (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id integer NOT NULL REFERENCES app.accounts,
  received date NOT NULL DEFAULT current_date
);

CREATE TABLE crm.customers (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  city text NOT NULL,
  language text NOT NULL CHECK (language IN ('zh', 'en')),
  since date NOT NULL
);
CREATE TABLE crm.contacts (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES crm.customers,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  phone text,
  id_no text
);
COMMENT ON COLUMN crm.contacts.id_no IS '证件号码 / number of an identity document: sensitive';
CREATE TABLE crm.orders (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES crm.customers,
  placed timestamptz NOT NULL,
  total numeric(12, 2) NOT NULL
);
CREATE TABLE crm.campaigns (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  language text NOT NULL,
  sent date
);
CREATE TABLE billing.invoices (
  number text PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES crm.customers,
  issued date NOT NULL,
  currency text NOT NULL CHECK (currency IN ('CNY', 'EUR', 'USD')),
  total numeric(12, 2) NOT NULL,
  paid date
);
CREATE VIEW crm.customer_overview AS
  SELECT c.id, c.name, c.city, count(o.id) AS orders, coalesce(sum(o.total), 0) AS turnover
  FROM crm.customers c LEFT JOIN crm.orders o ON o.customer_id = c.id GROUP BY c.id;

INSERT INTO app.roles VALUES (1, 'customer'), (2, 'partner'), (3, 'sales'), (4, 'finance'), (5, 'administrator');
INSERT INTO app.permissions VALUES
  ('contact.read', '查看联系人 / see contacts'), ('contact.write', '修改联系人 / change contacts'),
  ('order.read', '查看订单 / see orders'), ('invoice.read', '查看发票 / see invoices'),
  ('kyc.read', '查看证件号码 / see identity numbers'), ('account.manage', '管理帐号 / manage accounts');
INSERT INTO app.accounts (login, display_name, kind, language, status, created)
  SELECT 'account-' || n || '@acme.example.test',
    CASE WHEN n % 2 = 0
      THEN (ARRAY['欧阳', '陈', '林', '慕容', '周', '沈', '郭'])[1 + n % 7] || (ARRAY['若岚', '志远', '雨桐', '建国', '思敏'])[1 + n % 5]
      ELSE (ARRAY['Henrike', 'Rosalind', 'Callum', 'Padraig', 'Ottilie'])[1 + n % 5] || ' '
        || (ARRAY['Thornquist', 'Abernathy', 'Vandermeer', 'Oyelaran', 'Dunmore', 'Castellane', 'Hartigan'])[1 + n % 7]
    END || ' ' || n,
    CASE WHEN n % 200 = 0 THEN 'administrator' WHEN n % 50 = 0 THEN 'machine' WHEN n % 20 = 0 THEN 'staff'
      WHEN n % 10 = 0 THEN 'partner' ELSE 'customer' END,
    CASE WHEN n % 2 = 0 THEN 'zh' ELSE 'en' END,
    CASE WHEN n % 40 = 7 THEN 'disabled' ELSE 'active' END,
    date '2016-03-01' + n % 3000
  FROM generate_series(1, :accounts) n;
INSERT INTO app.account_permissions (account_id, permission_code, role_id, revoked_at)
  SELECT id, code, 1 + id % 5, CASE WHEN id % 60 = 0 THEN timestamptz '2024-05-02 08:00+00' END
  FROM app.accounts, unnest(ARRAY['contact.read', 'order.read', 'invoice.read']) code;
INSERT INTO app.account_permissions (account_id, permission_code, role_id)
  SELECT id, code, 5 FROM app.accounts, unnest(ARRAY['contact.write', 'kyc.read', 'account.manage']) code
  WHERE kind IN ('administrator', 'staff');
INSERT INTO app.sessions (account_id, started)
  SELECT id, timestamptz '2026-08-01 06:00+00' + id * interval '1 minute' FROM app.accounts WHERE id % 10 = 3;
INSERT INTO app.audit_log (at, account_id, what)
  SELECT timestamptz '2025-01-01 00:00+00' + id * interval '7 minutes', id, 'logged in' FROM app.accounts WHERE id % 4 = 1;
INSERT INTO app.erasure_requests (account_id, received) SELECT id, date '2026-07-20' FROM app.accounts WHERE id % 250 = 1;

INSERT INTO crm.customers (name, city, language, since)
  SELECT CASE WHEN n % 2 = 0
      THEN (ARRAY['上海晨光', '苏州竹影', '宁波远帆', '杭州兰亭', '广州珠江'])[1 + n % 5] || (ARRAY['文具', '家居', '货运', '茶叶'])[1 + n % 4]
        || '有限公司（示例 ' || n || '）'
      ELSE (ARRAY['Alster', 'North Pier', 'Greenmoor', 'Old Quay', 'Larchfield'])[1 + n % 5] || ' '
        || (ARRAY['Tea House', 'Stationery', 'Logistics', 'Instruments'])[1 + n % 4] || ' (example ' || n || ')' END,
    CASE WHEN n % 2 = 0 THEN (ARRAY['上海', '苏州', '宁波', '杭州', '广州'])[1 + n % 5]
      ELSE (ARRAY['Hamburg', 'Bristol', 'Cork', 'Utrecht', 'Leeds'])[1 + n % 5] END,
    CASE WHEN n % 2 = 0 THEN 'zh' ELSE 'en' END,
    date '2012-01-09' + n % 4000
  FROM generate_series(1, greatest(10, :accounts / 5)) n;
INSERT INTO crm.contacts (customer_id, name, email, phone, id_no)
  SELECT 1 + n % greatest(10, :accounts / 5),
    CASE WHEN n % 2 = 0 THEN (ARRAY['赵海燕', '司徒婉清', '黎明川', '上官云起'])[1 + n % 4]
      ELSE (ARRAY['Maren O''Neill', 'Thaddeus Brightwater', 'Ines Quillfeather', 'Tom Ashdown'])[1 + n % 4] END || ' ' || n,
    'contact-' || n || '@customers.example.test',
    CASE WHEN n % 2 = 0 THEN '+86 21 5550 ' ELSE '+44 117 496 ' END || lpad((n % 10000)::text, 4, '0'),
    CASE WHEN n % 3 = 0 THEN '3101151990' || lpad((n % 100000000)::text, 8, '0') END
  FROM generate_series(1, :accounts) n;
INSERT INTO crm.orders (customer_id, placed, total)
  SELECT 1 + n % greatest(10, :accounts / 5), timestamptz '2023-01-02 09:00+00' + n * interval '1 hour', 40 + n::bigint * 7919 % 9000
  FROM generate_series(1, :accounts * 2) n;
INSERT INTO crm.campaigns (title, language, sent)
  VALUES ('春季新品', 'zh', '2025-03-01'), ('Spring collection', 'en', '2025-03-01'), ('中秋问候', 'zh', '2025-09-30'), ('Planned', 'en', NULL);
INSERT INTO billing.invoices (number, customer_id, issued, currency, total, paid)
  SELECT 'R-' || lpad(n::text, 7, '0'), 1 + n % greatest(10, :accounts / 5), date '2023-01-15' + n % 1000,
    (ARRAY['CNY', 'EUR', 'USD'])[1 + n % 3], 180 + n::bigint * 7919 % 4200, CASE WHEN n % 11 <> 0 THEN date '2023-02-05' + n % 1000 END
  FROM generate_series(1, :accounts) n;

CREATE FUNCTION app.log(what text) RETURNS void LANGUAGE sql SECURITY DEFINER
  AS $$ INSERT INTO app.audit_log (what) VALUES ($1) $$;
CREATE FUNCTION app.permissions_of(account integer) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
  AS $$ SELECT permission_code FROM app.account_permissions WHERE account_id = $1 AND revoked_at IS NULL $$;

GRANT USAGE ON SCHEMA crm TO acme_crm_contacts;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA crm TO acme_crm_contacts;
GRANT USAGE ON SCHEMA billing TO acme_crm_billing;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA billing TO acme_crm_billing;
GRANT USAGE ON SCHEMA app TO acme_crm_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA app TO acme_crm_app;
GRANT DELETE ON app.sessions TO acme_crm_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA app TO acme_crm_app;
GRANT USAGE ON SCHEMA crm, billing TO acme_crm_reporting;
GRANT SELECT ON crm.customers, crm.contacts, crm.orders, crm.customer_overview, billing.invoices TO acme_crm_reporting;
GRANT USAGE ON SCHEMA crm TO acme_crm_lanting, acme_crm_alster;
GRANT SELECT, INSERT ON crm.orders TO acme_crm_lanting, acme_crm_alster;
-- Somebody was in a hurry.
GRANT USAGE ON SCHEMA crm TO PUBLIC;
GRANT SELECT, INSERT ON crm.campaigns TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA crm GRANT SELECT ON TABLES TO acme_crm_reporting;
ALTER DEFAULT PRIVILEGES IN SCHEMA crm GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO acme_crm_contacts;
RESET ROLE;
-- The application has a table of its own, made by an upgrade that ran as the application.
CREATE TABLE app.upgrades (version text PRIMARY KEY, ran timestamptz NOT NULL);
ALTER TABLE app.upgrades OWNER TO acme_crm_app;
INSERT INTO app.upgrades VALUES ('4.1', '2021-11-05 02:10+00'), ('4.2', '2023-06-18 02:10+00');
