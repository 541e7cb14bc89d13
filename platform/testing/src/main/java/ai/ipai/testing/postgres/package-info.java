/** A real PostgreSQL for tests: one server per JVM, one database per test class. */
@NullMarked
package ai.ipai.testing.postgres;

import org.jspecify.annotations.NullMarked;
