@NullMarked
package ai.ipai.pipelines.project;

import org.jspecify.annotations.NullMarked;
