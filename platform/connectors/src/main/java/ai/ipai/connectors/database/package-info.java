/**
 * Databases as sources: PostgreSQL, MariaDB and MySQL, and others whose JDBC driver lies in the
 * workspace's {@code drivers} folder. Tables are read in pages by key, changes by a column that
 * grows.
 */
@NullMarked
package ai.ipai.connectors.database;

import org.jspecify.annotations.NullMarked;
