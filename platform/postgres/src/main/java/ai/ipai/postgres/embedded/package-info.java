/**
 * The PostgreSQL server that the platform brings along: extract, initialise, start, supervise,
 * stop.
 */
@NullMarked
package ai.ipai.postgres.embedded;

import org.jspecify.annotations.NullMarked;
