/** What is wrong with a request, in the codes and words of PostgREST. */
@NullMarked
package ai.ipai.gateway.rest.fault;

import org.jspecify.annotations.NullMarked;
