-- Everything a café needs to sell. Written to run unchanged on MySQL 8.4 and later and on MariaDB 10.11 and later:
-- utf8mb4_unicode_ci is the newest collation both know under one name, and times are UTC whatever the session's zone is.

CREATE TABLE `product_group` (
  `product_group_number` INT NOT NULL,
  `product_group_name` VARCHAR(25) NOT NULL DEFAULT '',
  PRIMARY KEY (`product_group_number`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `product` (
  `id` INT NOT NULL AUTO_INCREMENT,
  `product_name` VARCHAR(40) NOT NULL DEFAULT '',
  `description` VARCHAR(200) NOT NULL DEFAULT '',
  `price` DECIMAL(10,2) NOT NULL DEFAULT 0,
  `product_group` INT NOT NULL DEFAULT 1,
  `image_url` VARCHAR(256) NOT NULL DEFAULT 'images/default.svg',
  `diet` ENUM('none', 'vegetarian', 'vegan') NOT NULL DEFAULT 'none',
  `prep_seconds` INT NOT NULL DEFAULT 30,
  `is_sold_out` BOOLEAN NOT NULL DEFAULT FALSE,
  `is_on_menu` BOOLEAN NOT NULL DEFAULT TRUE,
  PRIMARY KEY (`id`),
  KEY `product_product_group_idx` (`product_group`),
  CONSTRAINT `product_product_group_fkey` FOREIGN KEY (`product_group`)
    REFERENCES `product_group` (`product_group_number`) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT `product_name_check` CHECK (`product_name` <> ''),
  CONSTRAINT `product_price_check` CHECK (`price` >= 0),
  CONSTRAINT `product_prep_seconds_check` CHECK (`prep_seconds` >= 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `allergen` (
  `code` VARCHAR(12) NOT NULL,
  `name` VARCHAR(40) NOT NULL,
  `position` INT NOT NULL,
  PRIMARY KEY (`code`),
  UNIQUE KEY `allergen_name_key` (`name`),
  UNIQUE KEY `allergen_position_key` (`position`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `product_allergen` (
  `product_id` INT NOT NULL,
  `allergen_code` VARCHAR(12) NOT NULL,
  `is_trace` BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (`product_id`, `allergen_code`),
  KEY `product_allergen_allergen_code_idx` (`allergen_code`),
  CONSTRAINT `product_allergen_product_id_fkey` FOREIGN KEY (`product_id`)
    REFERENCES `product` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `product_allergen_allergen_code_fkey` FOREIGN KEY (`allergen_code`)
    REFERENCES `allergen` (`code`) ON DELETE RESTRICT ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `option_group` (
  `id` INT NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(40) NOT NULL,
  `min_choices` INT NOT NULL DEFAULT 0,
  `max_choices` INT NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  UNIQUE KEY `option_group_name_key` (`name`),
  CONSTRAINT `option_group_choices_check` CHECK (`min_choices` >= 0 AND `max_choices` >= 1 AND `min_choices` <= `max_choices`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `product_option_group` (
  `product_id` INT NOT NULL,
  `option_group_id` INT NOT NULL,
  `position` INT NOT NULL,
  PRIMARY KEY (`product_id`, `option_group_id`),
  KEY `product_option_group_option_group_id_idx` (`option_group_id`),
  CONSTRAINT `product_option_group_product_id_fkey` FOREIGN KEY (`product_id`)
    REFERENCES `product` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `product_option_group_option_group_id_fkey` FOREIGN KEY (`option_group_id`)
    REFERENCES `option_group` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `product_option` (
  `id` INT NOT NULL AUTO_INCREMENT,
  `option_group_id` INT NOT NULL,
  `name` VARCHAR(40) NOT NULL,
  `position` INT NOT NULL,
  `price` DECIMAL(10,2) NOT NULL DEFAULT 0,
  `prep_seconds` INT NOT NULL DEFAULT 0,
  `diet` ENUM('none', 'vegetarian', 'vegan') NOT NULL DEFAULT 'vegan',
  `is_default` BOOLEAN NOT NULL DEFAULT FALSE,
  `is_sold_out` BOOLEAN NOT NULL DEFAULT FALSE,
  `is_on_menu` BOOLEAN NOT NULL DEFAULT TRUE,
  PRIMARY KEY (`id`),
  UNIQUE KEY `product_option_option_group_id_name_key` (`option_group_id`, `name`),
  UNIQUE KEY `product_option_option_group_id_position_key` (`option_group_id`, `position`),
  CONSTRAINT `product_option_option_group_id_fkey` FOREIGN KEY (`option_group_id`)
    REFERENCES `option_group` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `product_option_price_check` CHECK (`price` >= 0),
  CONSTRAINT `product_option_prep_seconds_check` CHECK (`prep_seconds` >= 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `option_allergen` (
  `option_id` INT NOT NULL,
  `allergen_code` VARCHAR(12) NOT NULL,
  `is_trace` BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (`option_id`, `allergen_code`),
  KEY `option_allergen_allergen_code_idx` (`allergen_code`),
  CONSTRAINT `option_allergen_option_id_fkey` FOREIGN KEY (`option_id`)
    REFERENCES `product_option` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `option_allergen_allergen_code_fkey` FOREIGN KEY (`allergen_code`)
    REFERENCES `allergen` (`code`) ON DELETE RESTRICT ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The CHECK is the last word on a slot: whatever a process believes, more work than the budget cannot be committed.
CREATE TABLE `pickup_slot` (
  `starts_at` DATETIME(3) NOT NULL,
  `budget_seconds` INT NOT NULL,
  `reserved_seconds` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`starts_at`),
  CONSTRAINT `pickup_slot_budget_check` CHECK (`reserved_seconds` >= 0 AND `reserved_seconds` <= `budget_seconds`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- form_key, receipt_id and visitor_id are 128 random bits in base64url: compared byte by byte, never by collation.
CREATE TABLE `order` (
  `order_number` INT NOT NULL AUTO_INCREMENT,
  `order_date_time` DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
  `amount` DECIMAL(10,2) NOT NULL DEFAULT 0,
  `form_key` CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `receipt_id` CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `visitor_id` CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `status` ENUM('new', 'making', 'ready', 'collected', 'cancelled') NOT NULL DEFAULT 'new',
  `status_changed_at` DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
  `version` INT NOT NULL DEFAULT 1,
  `cup_name` VARCHAR(40) NOT NULL DEFAULT '',
  `note` VARCHAR(200) NOT NULL DEFAULT '',
  `is_asap` BOOLEAN NOT NULL DEFAULT TRUE,
  `pickup_at` DATETIME(3) NULL,
  `work_seconds` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`order_number`),
  UNIQUE KEY `order_form_key_key` (`form_key`),
  UNIQUE KEY `order_receipt_id_key` (`receipt_id`),
  KEY `order_visitor_id_order_number_idx` (`visitor_id`, `order_number`),
  KEY `order_status_pickup_at_idx` (`status`, `pickup_at`),
  KEY `order_pickup_at_idx` (`pickup_at`),
  CONSTRAINT `order_pickup_at_fkey` FOREIGN KEY (`pickup_at`)
    REFERENCES `pickup_slot` (`starts_at`) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT `order_form_check` CHECK (`form_key` IS NULL
    OR (`visitor_id` IS NOT NULL AND `pickup_at` IS NOT NULL AND `cup_name` <> '')),
  CONSTRAINT `order_amount_check` CHECK (`amount` >= 0),
  CONSTRAINT `order_version_check` CHECK (`version` >= 1),
  CONSTRAINT `order_work_seconds_check` CHECK (`work_seconds` >= 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- RESTRICT everywhere an order hangs: what was sold stays, and no cascade runs that a change reader would have to guess.
CREATE TABLE `order_item` (
  `order_number` INT NOT NULL,
  `order_item_number` INT NOT NULL,
  `product_id` INT NOT NULL,
  `product_name` VARCHAR(40) NOT NULL,
  `unit_price` DECIMAL(10,2) NOT NULL,
  `quantity` INT NOT NULL,
  `amount` DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (`order_number`, `order_item_number`),
  KEY `order_item_product_id_idx` (`product_id`),
  CONSTRAINT `order_item_order_number_fkey` FOREIGN KEY (`order_number`)
    REFERENCES `order` (`order_number`) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT `order_item_product_id_fkey` FOREIGN KEY (`product_id`)
    REFERENCES `product` (`id`) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT `order_item_number_check` CHECK (`order_item_number` >= 1),
  CONSTRAINT `order_item_quantity_check` CHECK (`quantity` BETWEEN 1 AND 99),
  CONSTRAINT `order_item_unit_price_check` CHECK (`unit_price` >= 0),
  CONSTRAINT `order_item_amount_check` CHECK (`amount` = `unit_price` * `quantity`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `order_item_option` (
  `order_number` INT NOT NULL,
  `order_item_number` INT NOT NULL,
  `option_id` INT NOT NULL,
  `option_name` VARCHAR(40) NOT NULL,
  `price` DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (`order_number`, `order_item_number`, `option_id`),
  KEY `order_item_option_option_id_idx` (`option_id`),
  CONSTRAINT `order_item_option_item_fkey` FOREIGN KEY (`order_number`, `order_item_number`)
    REFERENCES `order_item` (`order_number`, `order_item_number`) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT `order_item_option_option_id_fkey` FOREIGN KEY (`option_id`)
    REFERENCES `product_option` (`id`) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT `order_item_option_price_check` CHECK (`price` >= 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `basket` (
  `visitor_id` CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `changed_at` DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
  PRIMARY KEY (`visitor_id`),
  KEY `basket_changed_at_idx` (`changed_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `basket_line` (
  `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `visitor_id` CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `product_id` INT NOT NULL,
  `selection` VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `quantity` INT NOT NULL,
  `seen_price` DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `basket_line_visitor_id_product_id_selection_key` (`visitor_id`, `product_id`, `selection`),
  KEY `basket_line_product_id_idx` (`product_id`),
  CONSTRAINT `basket_line_visitor_id_fkey` FOREIGN KEY (`visitor_id`)
    REFERENCES `basket` (`visitor_id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `basket_line_product_id_fkey` FOREIGN KEY (`product_id`)
    REFERENCES `product` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT `basket_line_quantity_check` CHECK (`quantity` BETWEEN 1 AND 20),
  CONSTRAINT `basket_line_seen_price_check` CHECK (`seen_price` >= 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `basket_line_option` (
  `line_id` BIGINT UNSIGNED NOT NULL,
  `option_id` INT NOT NULL,
  PRIMARY KEY (`line_id`, `option_id`),
  KEY `basket_line_option_option_id_idx` (`option_id`),
  CONSTRAINT `basket_line_option_line_id_fkey` FOREIGN KEY (`line_id`)
    REFERENCES `basket_line` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `basket_line_option_option_id_fkey` FOREIGN KEY (`option_id`)
    REFERENCES `product_option` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
