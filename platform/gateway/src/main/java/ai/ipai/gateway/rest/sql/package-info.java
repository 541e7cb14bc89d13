/** Plans as SQL: identifiers quoted, values bound. */
@NullMarked
package ai.ipai.gateway.rest.sql;

import org.jspecify.annotations.NullMarked;
