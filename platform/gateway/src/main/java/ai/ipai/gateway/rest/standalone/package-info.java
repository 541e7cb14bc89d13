/** The interface alone, on any PostgreSQL, set as PostgREST is. */
@NullMarked
package ai.ipai.gateway.rest.standalone;

import org.jspecify.annotations.NullMarked;
