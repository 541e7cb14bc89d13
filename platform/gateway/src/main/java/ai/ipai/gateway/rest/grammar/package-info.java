/** Parser combinators whose complaints read as those of Parsec, since clients see them. */
@NullMarked
package ai.ipai.gateway.rest.grammar;

import org.jspecify.annotations.NullMarked;
