/** Text to vectors, and search by meaning as the caller. */
@NullMarked
package ai.ipai.pipelines.embedding;

import org.jspecify.annotations.NullMarked;
