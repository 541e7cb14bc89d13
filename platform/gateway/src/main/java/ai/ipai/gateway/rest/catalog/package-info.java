/** A snapshot of the exposed schemas: tables, keys, relationships, functions. */
@NullMarked
package ai.ipai.gateway.rest.catalog;

import org.jspecify.annotations.NullMarked;
