-- The made-up company of small-company.inventory.yaml, as its founder would have made it with psql. Run as the server's
-- administrator: npm run sandbox -- up --inventory ... --seed ... [--accounts N]. All names and addresses are invented.
\if :{?accounts}
\else
  \set accounts 60
\endif

CREATE ROLE trade_owner NOLOGIN;
CREATE ROLE customers_staff NOLOGIN;
CREATE ROLE billing_staff NOLOGIN;
CREATE ROLE trade_web LOGIN PASSWORD 'sandbox-web';
CREATE ROLE accountant_sync LOGIN PASSWORD 'sandbox-sync';
CREATE ROLE trade_admin LOGIN CREATEROLE PASSWORD 'sandbox-admin';
CREATE ROLE sealed LOGIN PASSWORD 'sandbox-sealed';
GRANT customers_staff, billing_staff TO trade_web;
GRANT billing_staff TO accountant_sync;
GRANT trade_owner TO trade_admin, sealed;
CREATE DATABASE shop;
CREATE DATABASE trade OWNER trade_owner;

\connect trade
SET ROLE trade_owner;
CREATE SCHEMA customers;
CREATE SCHEMA billing;

CREATE TABLE customers.company (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  city text NOT NULL,
  language text NOT NULL CHECK (language IN ('zh', 'en')),
  since date NOT NULL
);
CREATE TABLE customers.contact (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company integer NOT NULL REFERENCES customers.company,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  note text NOT NULL DEFAULT ''
);
CREATE TABLE billing.invoice (
  number text PRIMARY KEY,
  company integer NOT NULL REFERENCES customers.company,
  issued date NOT NULL,
  currency text NOT NULL CHECK (currency IN ('CNY', 'EUR')),
  total numeric(12, 2) NOT NULL,
  paid date
);

INSERT INTO customers.company (name, city, language, since) VALUES
  ('上海晨光文具有限公司（示例）', '上海', 'zh', '2017-03-01'),
  ('苏州竹影家居有限公司（示例）', '苏州', 'zh', '2018-09-17'),
  ('宁波远帆国际货运代理（示例）', '宁波', 'zh', '2021-06-08'),
  ('Alster Tea House (example)', 'Hamburg', 'en', '2019-01-22'),
  ('North Pier Stationery (example)', 'Bristol', 'en', '2020-11-03');
INSERT INTO customers.contact (company, name, email, note) VALUES
  (1, '王小雨', 'wang.xiaoyu@example.test', '每季度初下单，发票抬头用公司全称'),
  (2, '李 明', 'li.ming@example.test', '只在周三收货；"易碎"标签必须贴两面'),
  (3, '赵海燕', 'zhao.haiyan@example.test', '提单请发中英文两份'),
  (4, 'Maren O''Neill', 'maren.oneill@example.test', 'prefers 绿茶 samples; call after 14:00'),
  (5, 'Tom Ashdown', 'tom.ashdown@example.test', 'asked on 2 May to be left out of mailings');
INSERT INTO customers.contact (company, name, email)
  SELECT 1 + n % 5,
    CASE WHEN n % 5 < 3 THEN '客户 ' ELSE 'Customer ' END || n,
    'customer' || n || '@example.test'
  FROM generate_series(1, :accounts) n;
INSERT INTO billing.invoice (number, company, issued, currency, total, paid)
  SELECT 'R-' || to_char(date '2023-01-15' + n * 9, 'YYYY') || '-' || lpad(n::text, 4, '0'),
    1 + n % 5,
    date '2023-01-15' + n * 9,
    CASE WHEN n % 5 < 3 THEN 'CNY' ELSE 'EUR' END,
    round(180 + (n * 7919 % 4200) + 0.01 * (n % 100), 2),
    CASE WHEN n % 11 <> 0 THEN date '2023-01-15' + n * 9 + 21 END
  FROM generate_series(1, 90) n;

GRANT USAGE ON SCHEMA customers TO customers_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA customers TO customers_staff;
GRANT USAGE ON SCHEMA billing TO billing_staff;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA billing TO billing_staff;
